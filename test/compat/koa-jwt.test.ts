import { createLocalKeySet } from '@mandate/core/jwt';
import { koaJwt } from '@mandate/koa/compat/koa-jwt';
import Koa, { type Middleware } from 'koa';
import peer from 'koa-jwt';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { askBoth, withoutTimes } from './ask-both.js';
import { jwks, OPTIONS, PUBLIC_KEY, REQUESTS } from './peer-requests.js';

const GOOD = REQUESTS['a good token'] ?? {};
const TOKEN = GOOD['authorization']?.slice(7) ?? '';

function serve(guard: unknown): Promise<string> {
  const app = new Koa();
  app.silent = true;
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const { status, message } = error as { status?: number; message: string };
      ctx.status = status ?? 500;
      ctx.body = { message };
    }
  });
  app.use(guard as Middleware).use((ctx) => {
    const { user, account, token } = ctx.state;
    ctx.body = { user: withoutTimes(user ?? account), token: token ?? null };
  });
  return listen(app.callback());
}

/** The same options for both. */
async function compare(options: object) {
  const all = { secret: PUBLIC_KEY, ...OPTIONS, ...options };
  return askBoth(await serve(peer(all as never)), await serve(koaJwt(all as never)));
}

describe('koaJwt', () => {
  test('answers as koa-jwt does, but for what a guard rejects', async () => {
    expect(await compare({})).toMatchInlineSnapshot(`
      {
        "a token without a subject": [
          "200 {"user":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"},"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token without an end": [
          "200 {"user":{"iss":"https://issuer.example","aud":"https://api.example","sub":"ada@example.com","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"},"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
      }
    `);
  });

  test('answers alike where a request may have no token, but for bad tokens', async () => {
    expect(await compare({ passthrough: true })).toMatchInlineSnapshot(`
      {
        "a changed token": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a scheme alone": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Bad Authorization header format. Format is \\"Authorization: Bearer <token>\\""}",
        ],
        "a token for another audience": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token of a stranger": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token of another issuer": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token signed with the public key": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token that is not valid yet": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token without a subject": [
          "200 {"user":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"},"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token without an audience": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "a token without an end": [
          "200 {"user":{"iss":"https://issuer.example","aud":"https://api.example","sub":"ada@example.com","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"},"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "an expired token": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "an unsigned token": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "another scheme": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Bad Authorization header format. Format is \\"Authorization: Bearer <token>\\""}",
        ],
        "no JWT": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Authentication Error"}",
        ],
        "no scheme": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Bad Authorization header format. Format is \\"Authorization: Bearer <token>\\""}",
        ],
        "two tokens": [
          "200 {"user":null,"token":null}",
          "401 {"message":"Bad Authorization header format. Format is \\"Authorization: Bearer <token>\\""}",
        ],
      }
    `);
  });

  test('answers alike with other keys of the state and a list of revoked tokens', async () => {
    const isRevoked = async (_ctx: unknown, claims: { isAdmin?: boolean }) =>
      claims.isAdmin !== true;
    const options = { key: 'account', tokenKey: 'token', isRevoked };
    expect(await compare(options)).toMatchInlineSnapshot(`{}`);
  });

  test('takes the token from a reader, a cookie and a key set', async () => {
    const read = await serve(
      koaJwt({ secret: PUBLIC_KEY, ...OPTIONS, getToken: (ctx) => ctx.get('x-token') || null }),
    );
    expect((await fetch(read, { headers: { 'x-token': TOKEN } })).status).toBe(200);
    expect((await fetch(read, { headers: GOOD })).status).toBe(200);
    expect((await fetch(read)).status).toBe(401);
    const secret = createLocalKeySet(jwks as never);
    const cookies = await serve(koaJwt({ secret, ...OPTIONS, cookie: 'jwt' }));
    const headers = { cookie: `jwt=${TOKEN}` };
    expect((await fetch(cookies, { headers })).status).toBe(200);
    expect((await fetch(cookies, { method: 'POST', headers })).status).toBe(403);
  });

  test.each([
    ['a function', { secret: async () => PUBLIC_KEY }, /createKeySet/],
    ['a list of secrets', { secret: [PUBLIC_KEY] }, /text, bytes or a key set/],
    ['no algorithms', { algorithms: undefined }, /algorithms/],
    ['messages for the caller', { debug: true }, /debug/],
    ['expired tokens', { ignoreExpiration: true }, /ignoreExpiration/],
  ])('refuses %s', (_what, options, message) => {
    const all = { secret: PUBLIC_KEY, ...OPTIONS, ...options };
    expect(() => koaJwt(all as never)).toThrow(TypeError);
    expect(() => koaJwt(all as never)).toThrow(message);
  });
});
