import { once } from 'node:events';
import { createServer, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy that replaces response headers, and keeps the `Host` header of requests. */
export interface HeaderProxy {
  readonly listener: RequestListener;
  close(): void;
}

/** Starts a server behind a proxy. `listener` of the result serves the proxy. */
export async function openHeaderProxy(
  behind: RequestListener,
  replaced: Readonly<Record<string, string>>,
): Promise<HeaderProxy> {
  const server = createServer(behind).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    listener: (req, res) => {
      const { method, url: path, headers } = req;
      const forwarded = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...replaced });
        answer.pipe(res);
      });
      forwarded.on('error', () => res.destroy());
      req.pipe(forwarded);
    },
    close: () => server.close().closeAllConnections(),
  };
}
