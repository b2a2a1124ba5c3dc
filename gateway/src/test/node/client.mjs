// Talks to echo handlers as any program with npm's ws would: client.mjs URL... Prints "passed", or what went wrong.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

setTimeout(() => fail(new Error('no verdict within 60 s')), 60_000).unref();

function fail(error) {
  console.log(error.stack);
  process.exit(1);
}

async function open(url, protocols = []) {
  const socket = new WebSocket(url, protocols);
  await once(socket, 'open');
  return socket;
}

async function ask(socket, message) {
  const answer = once(socket, 'message');
  socket.send(message);
  const [data, binary] = await answer;
  return binary ? data : data.toString();
}

async function closed(socket) {
  const [code, reason] = await once(socket, 'close');
  return [code, reason.toString()];
}

async function talk(url) {
  const socket = await open(url);
  assert.equal(await ask(socket, 'grüße 😀'), 'grüße 😀');
  assert.equal(await ask(socket, ''), '');
  const bytes = Buffer.alloc(300_000, 7);
  assert.deepEqual(await ask(socket, bytes), bytes);
  const pong = once(socket, 'pong');
  socket.ping('body');
  assert.equal((await pong)[0].toString(), 'body');
  const end = closed(socket);
  socket.close(4321, 'enough');
  assert.equal((await end)[0], 4321);

  const leaving = await open(url);
  const left = closed(leaving);
  assert.equal(await ask(leaving, 'Goodbye'), 'Goodbye');
  assert.deepEqual(await left, [1000, '']);

  const empty = await open(url);
  const gone = closed(empty);
  empty.close();
  assert.equal((await gone)[0], 1005);

  // ws ends a connection whose server chooses none of the subprotocols offered; a handler that does not care must not
  // choose one either.
  const refused = new WebSocket(url, ['chat']);
  const [error] = await once(refused, 'error');
  assert.match(error.message, /subprotocol|400/);
}

for (const url of process.argv.slice(2)) {
  await talk(url).catch(fail);
}
console.log('passed');
process.exit(0);
