import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** An HTML page as text, or a handler of your own. */
export type Resource = string | ((req: IncomingMessage, res: ServerResponse) => void);

/** A web server on an origin of its own. */
export interface Site {
  readonly origin: string;
  /** What is there, by path. */
  readonly resources: Map<string, Resource>;
  close(): void;
}

const dist = fileURLToPath(new URL('../../packages/client/dist/', import.meta.url));

/** Serves the built package below `/dist/`. */
export async function createSite(pages: Readonly<Record<string, Resource>> = {}): Promise<Site> {
  const resources = new Map(Object.entries(pages));
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '', 'http://site');
    const script = /^\/dist\/([\w.-]+\.js)$/.exec(pathname)?.[1];
    const resource = resources.get(pathname);
    if (script !== undefined) {
      res.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(dist + script));
    } else if (typeof resource === 'string') {
      res.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${resource}`);
    } else if (resource === undefined) res.writeHead(404).end();
    else resource(req, res);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    resources,
    close: () => server.close().closeAllConnections(),
  };
}
