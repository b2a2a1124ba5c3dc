// An application with a form, uploads, redirects and a session cookie, made with Express and multer. Knows nothing of the
// path that it is mounted at. Prints its port; ends with its standard input. Usage: uploads.mjs DIRECTORY
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import express from 'express';
import multer from 'multer';

const directory = process.argv[2];
const app = express();
app.set('trust proxy', 'loopback');
const upload = multer({ dest: directory });
const uploads = new Map();

app.get('/', (request, response) => {
  response.cookie('session', 'abc', { path: '/', httpOnly: true });
  response.send(`<!doctype html><title>Uploads</title>
    <form method="post" action="uploads" enctype="multipart/form-data">
      <input name="note"><input type="file" name="file"><button>Send</button>
    </form>`);
});

app.post('/uploads', upload.single('file'), (request, response) => {
  uploads.set(request.file.filename, request.file);
  response.cookie('last', request.body.note, { path: '/uploads' });
  response.redirect(303, `/uploads/${request.file.filename}`);
});

app.get('/uploads/:name', (request, response) => {
  const file = uploads.get(request.params.name);
  const hash = createHash('sha256');
  createReadStream(join(directory, file.filename))
    .on('data', chunk => hash.update(chunk))
    .on('end', () => response.json({
      original: file.originalname,
      size: file.size,
      sha256: hash.digest('hex'),
      cookies: request.headers.cookie ?? '',
      url: `${request.protocol}://${request.host}${request.headers['x-forwarded-prefix']}${request.url}`,
      client: request.ip,
    }));
});

app.get('/uploads/:name/content', (request, response) => {
  const file = join(directory, uploads.get(request.params.name).filename);
  response.setHeader('Content-Length', statSync(file).size);
  createReadStream(file).pipe(response);
});

const server = app.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
