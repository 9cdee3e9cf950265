import { createGuard } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { guardFetch } from '@mandate/fetch';

/** What a test binds. */
interface Env {
  readonly KEYS_URL: string;
  readonly ISSUER: string;
  readonly AUDIENCE: string;
  /** Answers what it is sent. */
  readonly ECHO_URL: string;
  readonly USES_WAIT_UNTIL: string;
  /** The deadline of a fetch of keys. */
  readonly TIMEOUT_MS: string;
}

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** How far a test has moved the clock. */
let movedMs = 0;
let arrived = 0;
/** How many fetches of keys have ended. */
let fetched = 0;
const now = () => Date.now() + movedMs;

let handle: ReturnType<typeof create> | undefined;

function create({ KEYS_URL, ISSUER, AUDIENCE, USES_WAIT_UNTIL, TIMEOUT_MS }: Env) {
  const keys = createKeySet({
    url: KEYS_URL,
    maxAgeSeconds: 600,
    timeoutMs: Number(TIMEOUT_MS),
    now,
    onFetch: () => {
      fetched++;
    },
  });
  const guard = createGuard({
    verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys })],
    endpoints: { 'POST /me': { scopes: [] } },
  });
  return guardFetch(
    guard,
    // Input and output that belong to the request.
    async (request, { principal }, env: Env, _ctx: Context) => {
      const answer = await fetch(env.ECHO_URL, { method: 'POST', body: request.body });
      return Response.json([principal.subject, await answer.text()]);
    },
    USES_WAIT_UNTIL === 'yes'
      ? { waitUntil: (promise, _request, _env, ctx) => ctx.waitUntil(promise) }
      : {},
  );
}

export const worker = {
  fetch(request: Request, env: Env, ctx: Context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/move') {
      movedMs += Number(searchParams.get('ms'));
      return new Response();
    }
    if (pathname === '/counts') return Response.json({ arrived, fetched });
    arrived++;
    handle ??= create(env);
    return handle(request, env, ctx);
  },
};
