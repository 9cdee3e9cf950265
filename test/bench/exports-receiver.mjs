// A provider whose tokens are always the same, and a receiver that takes everything and counts it.
import { createServer } from 'node:http';
import { serveParent } from './support/child.mjs';

let received = 0;
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    if (request.url === '/token') {
      const tokens = { access_token: 'access', refresh_token: 'refresh', token_type: 'Bearer' };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(tokens));
      return;
    }
    received++;
    response.writeHead(204).end();
    told?.();
  });
});
let told;
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

serveParent(async ({ waitFor }) => {
  if (waitFor === undefined) return { origin: `http://127.0.0.1:${server.address().port}` };
  while (received < waitFor) {
    await new Promise((resolve) => {
      told = resolve;
    });
  }
  received = 0;
  return {};
});
