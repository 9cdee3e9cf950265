// deno run --allow-net --allow-env src/deno.ts
import { createHandler } from './handler.js';

interface ServeInfo {
  readonly remoteAddr: { readonly hostname: string };
}

declare const Deno: {
  readonly env: { get(name: string): string | undefined };
  serve(
    options: {
      readonly port: number;
      readonly hostname: string;
      onListen(address: { readonly port: number }): void;
    },
    handler: (request: Request, info: ServeInfo) => Response | Promise<Response>,
  ): unknown;
};

const { env } = Deno;
const settings = {
  ISSUER: env.get('ISSUER'),
  AUDIENCE: env.get('AUDIENCE'),
  JWKS_URI: env.get('JWKS_URI'),
};
Deno.serve(
  {
    port: Number(env.get('PORT') ?? 3000),
    hostname: '127.0.0.1',
    onListen: ({ port }) => console.log(`listening on http://127.0.0.1:${port}/`),
  },
  createHandler(settings, {
    remoteAddress: (_request, info: ServeInfo) => info.remoteAddr.hostname,
  }),
);
