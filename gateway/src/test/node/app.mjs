// An application with pages, events and WebSockets of its own, as one would put behind the gateway.
// Prints its port; ends with its standard input.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ url: request.url, headers: request.headers }));
});

const sockets = new WebSocketServer({ server, handleProtocols: () => 'chat' });
sockets.on('connection', (socket, request) => {
  // At once: a tunnel that loses what comes right behind the 101 would lose it.
  socket.send(JSON.stringify({ url: request.url, headers: request.headers }));
  socket.on('message', (data, binary) => {
    if (!binary && data.toString() === 'Goodbye') {
      socket.close(4000, 'bye');
    } else {
      socket.send(data, { binary });
    }
  });
  socket.on('close', (code) => console.log(`closed ${code}`));
});

server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
