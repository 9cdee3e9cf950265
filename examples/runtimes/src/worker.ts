// npx wrangler dev src/worker.ts --var ISSUER:… AUDIENCE:… JWKS_URI:…
import { createHandler, type Settings } from './handler.js';

interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

let handle: ((request: Request, ...args: [Settings, ExecutionContext]) => unknown) | undefined;

export const worker = {
  fetch(request: Request, env: Settings, context: ExecutionContext) {
    // With the first request, because only requests know the bindings. It holds nothing of one request.
    handle ??= createHandler<[Settings, ExecutionContext]>(env, {
      remoteAddress: (first) => first.headers.get('cf-connecting-ip') ?? undefined,
      waitUntil: (promise, _request, _env, ctx) => ctx.waitUntil(promise),
    });
    return handle(request, env, context);
  },
};

export { worker as default };
