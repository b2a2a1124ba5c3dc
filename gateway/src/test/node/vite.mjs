// Vite's development server for the application in a directory: vite.mjs DIRECTORY BASE. Tells at BASE/listening how many
// pages listen for changes. Prints its port; ends with its standard input.
import { join } from 'node:path';
import { createServer } from 'vite';

const [root, base] = process.argv.slice(2);
const listening = {
  name: 'listening',
  configureServer: server => {
    server.middlewares.use(base + 'listening', (request, response) => response.end(String(server.ws.clients.size)));
  },
};
const server = await createServer({
  configFile: false,
  root,
  base,
  cacheDir: join(root, '.vite'),
  logLevel: 'error',
  plugins: [listening],
  server: { host: '127.0.0.1', port: 0 },
});
await server.listen();
console.log(`port ${server.httpServer.address().port}`);
process.stdin.on('end', () => process.exit(0)).resume();
