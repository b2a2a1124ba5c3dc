// Talks to an echo with every combination of permessage-deflate's parameters: prints a line for each, "ok" in front.
import { WebSocket } from 'ws';

const messages = [
  '', 'short', 'text '.repeat(5000), Buffer.alloc(200_000, 'binary data'), 'äöü€😀'.repeat(300), 'text '.repeat(5000),
];

function talk(perMessageDeflate) {
  return new Promise((resolve) => {
    const socket = new WebSocket(process.argv[2], { perMessageDeflate });
    let received = 0;
    const fail = (why) => {
      resolve(`failed: ${why}`);
      socket.terminate();
    };
    socket.on('open', () => {
      if (!socket.extensions.startsWith('permessage-deflate')) fail('not negotiated');
      for (const message of messages) socket.send(message, { compress: true });
    });
    socket.on('message', (data, binary) => {
      const sent = messages[received++];
      if (binary !== Buffer.isBuffer(sent) || !data.equals(Buffer.from(sent))) fail(`message ${received} differs`);
      if (received === messages.length) socket.close(1000);
    });
    socket.on('close', (code) => resolve(received === messages.length && code === 1000 ? 'ok' : `closed ${code}`));
    socket.on('error', (error) => fail(error.message));
  });
}

for (const serverNoContextTakeover of [undefined, true]) {
  for (const clientNoContextTakeover of [undefined, true]) {
    for (const serverMaxWindowBits of [undefined, 9, 12, 15]) {
      for (const clientMaxWindowBits of [undefined, 9]) {
        const options = { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits };
        for (const [key, value] of Object.entries(options)) if (value === undefined) delete options[key];
        console.log(`${await talk({ threshold: 0, ...options })} ${JSON.stringify(options)}`);
      }
    }
  }
}
