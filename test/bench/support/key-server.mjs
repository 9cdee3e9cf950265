import { createServer } from 'node:http';
import { jwks } from './tokens.mjs';

/** Publishes the keys of the bench, for those that fetch theirs. */
export async function startKeyServer() {
  const server = createServer((_req, res) => {
    res.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
  });
  server.listen(0, '127.0.0.1').unref();
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${server.address().port}/jwks`;
}
