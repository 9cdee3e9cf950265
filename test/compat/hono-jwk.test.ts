import { getRequestListener } from '@hono/node-server';
import { jwk } from '@mandate/hono/compat/jwk';
import { Hono, type MiddlewareHandler } from 'hono';
import { jwk as peer } from 'hono/jwk';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { askBoth, withoutTimes } from './ask-both.js';
import { AUDIENCE, ISSUER, jwks, REQUESTS } from './peer-requests.js';

const OPTIONS = { ...jwks, alg: ['RS256'], verification: { iss: ISSUER, aud: AUDIENCE } };
const GOOD = REQUESTS['a good token'] ?? {};
const TOKEN = GOOD['authorization']?.slice(7) ?? '';

function serve(guard: MiddlewareHandler): Promise<string> {
  const app = new Hono<{ Variables: { jwtPayload?: object } }>();
  app.use(guard).get((c) => c.json({ claims: withoutTimes(c.get('jwtPayload')) }));
  app.onError((error, c) =>
    c.json({ name: error.constructor.name }, (error as never)['status'] ?? 500),
  );
  return listen(getRequestListener(app.fetch));
}

/** The same options for both. */
async function compare(options: object) {
  const all = { ...OPTIONS, ...options };
  return askBoth(await serve(peer(all as never)), await serve(jwk(all as never)));
}

describe('jwk', () => {
  test('answers as that of Hono does, but for what a guard rejects', async () => {
    expect(await compare({})).toMatchInlineSnapshot(`
      {
        "a token without a subject": [
          "200 {"claims":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"HTTPException"}",
        ],
        "a token without an end": [
          "200 {"claims":{"iss":"https://issuer.example","aud":"https://api.example","sub":"ada@example.com","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"HTTPException"}",
        ],
      }
    `);
  });

  test('answers alike where a request may have no token', async () => {
    expect(await compare({ allow_anon: true })).toMatchInlineSnapshot(`
      {
        "a token without a subject": [
          "200 {"claims":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"HTTPException"}",
        ],
        "a token without an end": [
          "200 {"claims":{"iss":"https://issuer.example","aud":"https://api.example","sub":"ada@example.com","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"HTTPException"}",
        ],
      }
    `);
  });

  test('fetches the keys once', async () => {
    let fetches = 0;
    const server = await listen((_req, res) => {
      fetches++;
      res.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
    });
    const { keys: _, ...options } = OPTIONS;
    const origin = await serve(jwk({ ...options, jwks_uri: `${server}/jwks` } as never));
    for (let i = 0; i < 3; i++) expect((await fetch(origin, { headers: GOOD })).status).toBe(200);
    expect(fetches).toBe(1);
  });

  test('takes the token from another header and a cookie', async () => {
    const origin = await serve(jwk({ ...OPTIONS, headerName: 'x-auth', cookie: 'jwt' } as never));
    const ask = (headers: Record<string, string>) => fetch(origin, { headers });
    expect((await ask({ 'x-auth': `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await ask({ cookie: `jwt=${TOKEN}` })).status).toBe(200);
    expect((await ask(GOOD)).status).toBe(401);
  });

  test.each([
    ['no keys', { keys: undefined }, /keys or jwks_uri/],
    ['a function', { keys: async () => jwks.keys }, /keys/],
    ['an algorithm of secrets', { alg: ['HS256'] }, /algorithms/],
    ['tokens before their time', { verification: { nbf: false } }, /nbf/],
    ['an audience as a pattern', { verification: { aud: /api/ } }, /audience/],
    ['a signed cookie', { cookie: { key: 'jwt', secret: 'x' } }, /cookie/],
  ])('refuses %s', (_what, options, message) => {
    const all = { ...OPTIONS, ...options };
    expect(() => jwk(all as never)).toThrow(TypeError);
    expect(() => jwk(all as never)).toThrow(message);
  });
});
