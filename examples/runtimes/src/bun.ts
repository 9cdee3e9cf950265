// bun src/bun.ts
import { createHandler } from './handler.js';

interface BunServer {
  requestIP(request: Request): { readonly address: string } | null;
}

declare const Bun: {
  readonly env: Readonly<Record<string, string | undefined>>;
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    fetch(request: Request, server: BunServer): Response | Promise<Response>;
  }): { readonly url: URL };
};

const { url } = Bun.serve({
  port: Number(Bun.env['PORT'] ?? 3000),
  hostname: '127.0.0.1',
  fetch: createHandler(Bun.env, {
    remoteAddress: (request, server: BunServer) => server.requestIP(request)?.address,
  }),
});
console.log(`listening on ${url}`);
