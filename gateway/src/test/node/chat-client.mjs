// A guest of chat.mjs: chat-client.mjs ORIGIN PATH. Talks over each transport; prints "passed", or what went wrong.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { io } from 'socket.io-client';

const [origin, path] = process.argv.slice(2);
setTimeout(() => {
  console.log('no verdict within 60 s');
  process.exit(1);
}, 60_000).unref();

try {
  for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
    const socket = io(origin, { path, transports, forceNew: true, reconnection: false });
    const failure = once(socket, 'connect_error').then(([error]) => assert.fail(error));
    await Promise.race([once(socket, 'connect'), failure]);
    if (transports.length > 1 && socket.io.engine.transport.name === 'polling') {
      await once(socket.io.engine, 'upgrade');
    }
    for (const text of ['hello', 'grüße 😀', 'long '.repeat(50_000)]) {
      const said = once(socket, 'said');
      socket.emit('say', text);
      assert.deepEqual(await said, [text]);
    }
    assert.equal(socket.io.engine.transport.name, transports.at(-1));
    socket.close();
  }
  console.log('passed');
  process.exit(0);
} catch (error) {
  console.log(error.stack);
  process.exit(1);
}
