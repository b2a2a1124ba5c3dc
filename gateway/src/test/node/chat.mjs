// A chat with Socket.IO: who says something, says it to everybody. Prints its port; ends with its standard input.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

// Relative addresses: the page does not know where it is mounted. Socket.IO's client wants a whole path.
const PAGE = `<!doctype html><title>Chat</title><ul id="said"></ul>
<script src="socket.io/socket.io.js"></script>
<script>
  const transports = new URLSearchParams(location.search).get('transports')?.split(',');
  const socket = io({ path: location.pathname + 'socket.io', ...(transports && { transports }) });
  const by = () => socket.io.engine.transport.name;
  socket.on('connect', () => { document.title = 'connected'; });
  socket.on('said', text => {
    const item = document.createElement('li');
    item.textContent = text;
    document.getElementById('said').append(item);
  });
</script>`;

const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end(PAGE);
});
const io = new Server(server, { serveClient: true });
io.on('connection', socket => socket.on('say', text => io.emit('said', text)));

server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
