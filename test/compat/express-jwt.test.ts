import { createLocalKeySet } from '@mandate/core/jwt';
import * as ours from '@mandate/express/compat/express-jwt';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import * as peer from 'express-jwt';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { signToken, signWithSecret, validClaims } from '../support/tokens.js';
import { askBoth, withoutTimes } from './ask-both.js';
import { jwks, OPTIONS, PUBLIC_KEY, REQUESTS } from './peer-requests.js';

const handleError: ErrorRequestHandler = (error, _req, res, _next) => {
  const { name, code, status, inner } = error;
  res.status(status ?? 500).json({ name, code, inner: inner?.name === 'TokenExpiredError' });
};

const serve = (guard: RequestHandler) =>
  listen(
    express()
      .use(guard)
      .use((req, res) => {
        res.json({ auth: withoutTimes((req as unknown as { auth?: object }).auth) });
      })
      .use(handleError),
  );

/** The same options for both. */
async function compare(options: object) {
  const theirs = await serve(
    peer.expressjwt({ secret: PUBLIC_KEY, ...OPTIONS, ...options } as never),
  );
  const drop = await serve(
    ours.expressjwt({ secret: PUBLIC_KEY, ...OPTIONS, ...options } as never),
  );
  return askBoth(theirs, drop);
}

describe('expressjwt', () => {
  test('answers as express-jwt does, but for what a guard rejects', async () => {
    expect(await compare({})).toMatchInlineSnapshot(`
      {
        "a token without a subject": [
          "200 {"auth":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"UnauthorizedError","code":"invalid_token","inner":false}",
        ],
        "a token without an end": [
          "200 {"auth":{"iss":"https://issuer.example","aud":"https://api.example","sub":"ada@example.com","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"UnauthorizedError","code":"invalid_token","inner":false}",
        ],
      }
    `);
  });

  test('answers alike where a token is not required, but for other schemes', async () => {
    expect(await compare({ credentialsRequired: false })).toMatchInlineSnapshot(`
      {
        "a token without a subject": [
          "200 {"auth":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"UnauthorizedError","code":"invalid_token","inner":false}",
        ],
        "a token without an end": [
          "200 {"auth":{"iss":"https://issuer.example","aud":"https://api.example","sub":"ada@example.com","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"UnauthorizedError","code":"invalid_token","inner":false}",
        ],
        "another scheme": [
          "200 {"auth":null}",
          "401 {"name":"UnauthorizedError","code":"credentials_bad_scheme","inner":false}",
        ],
      }
    `);
  });

  test('answers alike with a reader of tokens and a list of revoked ones', async () => {
    const getToken = (req: { headers: Record<string, string> }) =>
      req.headers['authorization']?.split(' ')[1];
    const isRevoked = async (_req: unknown, token: { payload: { isAdmin?: boolean } }) =>
      token.payload.isAdmin === true;
    expect(await compare({ getToken, isRevoked })).toMatchInlineSnapshot(`
      {
        "a token without a subject": [
          "200 {"auth":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"UnauthorizedError","code":"invalid_token","inner":false}",
        ],
        "a token without an end": [
          "200 {"auth":{"iss":"https://issuer.example","aud":"https://api.example","sub":"ada@example.com","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"}}",
          "401 {"name":"UnauthorizedError","code":"invalid_token","inner":false}",
        ],
      }
    `);
  });

  test('passes preflight requests on, as express-jwt does', async () => {
    const headers = { 'access-control-request-headers': 'content-type, Authorization' };
    for (const { expressjwt } of [peer, ours]) {
      const origin = await serve(expressjwt({ secret: PUBLIC_KEY, ...OPTIONS } as never));
      const statuses = [headers, {}].map(
        async (one) => (await fetch(origin, { method: 'OPTIONS', headers: one as never })).status,
      );
      expect(await Promise.all(statuses)).toEqual([200, 401]);
    }
  });

  test('takes a shared secret and a key set', async () => {
    const secret = 'a secret of at least thirty-two bytes';
    const token = await signWithSecret(validClaims(), new TextEncoder().encode(secret));
    const headers = { authorization: `Bearer ${token}` };
    const options = { ...OPTIONS, algorithms: ['HS256'] };
    for (const given of [secret, Buffer.from(secret)]) {
      const origin = await serve(ours.expressjwt({ ...options, secret: given }));
      expect((await fetch(origin, { headers })).status).toBe(200);
    }
    const keys = createLocalKeySet(jwks as never);
    const origin = await serve(ours.expressjwt({ ...OPTIONS, secret: keys }));
    expect((await fetch(origin, { headers: REQUESTS['a good token'] ?? {} })).status).toBe(200);
    expect((await fetch(origin, { headers })).status).toBe(401);
  });

  test('gives isRevoked the header, the payload and the signature', async () => {
    const token = await signToken(validClaims(), { alg: 'RS256' });
    const seen: unknown[] = [];
    const isRevoked = (_req: unknown, jwt: unknown) => {
      seen.push(jwt);
      return false;
    };
    for (const { expressjwt } of [peer, ours]) {
      const origin = await serve(
        expressjwt({ secret: PUBLIC_KEY, ...OPTIONS, isRevoked } as never),
      );
      await fetch(origin, { headers: { authorization: `Bearer ${token}` } });
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  test('passes a fault of isRevoked to the error handling', async () => {
    const isRevoked = async () => {
      throw Object.assign(new Error('down'), { status: 500 });
    };
    const origin = await serve(ours.expressjwt({ secret: PUBLIC_KEY, ...OPTIONS, isRevoked }));
    expect((await fetch(origin, { headers: REQUESTS['a good token'] ?? {} })).status).toBe(500);
  });

  test.each([
    ['no options', undefined, /options/],
    ['no secret', { secret: undefined }, /secret must be/],
    ['a function', { secret: async () => PUBLIC_KEY }, /createKeySet/],
    ['a short secret', { secret: 'short', algorithms: ['HS256'] }, /32 bytes/],
    ['a public key as a secret', { algorithms: ['HS256'] }, /algorithms must be/],
    ['an unsigned algorithm', { algorithms: ['RS256', 'none'] }, /without none/],
    ['no algorithms', { algorithms: undefined }, /algorithms/],
    [
      'two algorithms of a secret',
      { secret: 'x'.repeat(64), algorithms: ['HS256', 'HS512'] },
      /exactly one/,
    ],
    ['expired tokens', { ignoreExpiration: true }, /ignoreExpiration is refused: .*refresh/],
    ['expired tokens, by a hook', { onExpired: async () => {} }, /onExpired is refused: .*refresh/],
    ['an audience as a pattern', { audience: /api/ }, /audience/],
    ['an age as text', { maxAge: '2h' }, /maxTokenAgeSeconds|maxAge/],
    ['a nested property', { requestProperty: 'auth.user' }, /property/],
    ['a broken key', { secret: '-----BEGIN PUBLIC KEY-----\nx' }, /has no public key/],
    ['a private key', { secret: '-----BEGIN PRIVATE KEY-----\nx' }, /private key/],
  ])('refuses %s', (_what, options, message) => {
    const all = options && { secret: PUBLIC_KEY, ...OPTIONS, ...options };
    expect(() => ours.expressjwt(all as never)).toThrow(TypeError);
    expect(() => ours.expressjwt(all as never)).toThrow(message);
  });
});
