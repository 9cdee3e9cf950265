import { createRequire } from 'node:module';
import * as ours from '@mandate/express/compat/express-oauth2-jwt-bearer';
import express, { type ErrorRequestHandler } from 'express';
import { describe, expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { signToken, signWithSecret, validClaims } from '../support/tokens.js';
import { askBoth, withoutTimes } from './ask-both.js';
import { AUDIENCE, ISSUER, jwks, PUBLIC_KEY, REQUESTS } from './peer-requests.js';

const OPTIONS = { issuer: ISSUER, audience: AUDIENCE };
const KEYED = { ...OPTIONS, publicKey: PUBLIC_KEY, tokenSigningAlg: 'RS256' };
const GOOD = REQUESTS['a good token'] ?? {};

type Sdk = typeof ours;
// Its types declare `req.auth` for the whole program.
const peer: Sdk = createRequire(import.meta.url)('express-oauth2-jwt-bearer');
const SDKS = [peer, ours];

const handleError: ErrorRequestHandler = (error, _req, res, _next) => {
  const { name, code, status, statusCode, headers } = error;
  const scheme = headers?.['WWW-Authenticate']?.slice(0, 6);
  res.status(status ?? 500).json({ name, code, statusCode, scheme });
};

function serve(sdk: Sdk, options: object): Promise<string> {
  const app = express();
  app.use(sdk.auth(options as never));
  app.get('/read', sdk.requiredScopes('read write'));
  app.get('/admin', sdk.requiredScopes(['admin']));
  app.get('/any', sdk.scopeIncludesAny('admin read'));
  app.get('/flag', sdk.claimEquals('isAdmin', true));
  app.get('/roles', sdk.claimIncludes('roles', 'admin'));
  app.get(
    '/check',
    sdk.claimCheck(({ sub }) => sub === 'ada@example.com'),
  );
  app.use((req, res) => {
    const { auth } = req as unknown as { auth?: ours.AuthResult };
    const { header, payload, token } = auth ?? {};
    res.json({ header, payload: withoutTimes(payload), token: token?.length });
  });
  return listen(app.use(handleError));
}

async function compare(options: object, path = '/') {
  const [theirs = '', drop = ''] = await Promise.all(SDKS.map((sdk) => serve(sdk, options)));
  return askBoth(theirs, drop, path);
}

describe('auth', () => {
  test('answers as the SDK does, but for what a guard rejects', async () => {
    expect(await compare(KEYED)).toMatchInlineSnapshot(`
      {
        "a token without a subject": [
          "200 {"header":{"alg":"RS256","kid":"RS256","typ":"JWT"},"payload":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"},"token":606}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
      }
    `);
  });

  test('answers alike where a token is not required', async () => {
    expect(await compare({ ...KEYED, authRequired: false })).toMatchInlineSnapshot(`
      {
        "a changed token": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a scheme alone": [
          "200 {"payload":null}",
          "400 {"name":"InvalidRequestError","code":"","statusCode":400,"scheme":"Bearer"}",
        ],
        "a token for another audience": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a token of a stranger": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a token of another issuer": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a token signed with the public key": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a token that is not valid yet": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a token without a subject": [
          "200 {"header":{"alg":"RS256","kid":"RS256","typ":"JWT"},"payload":{"iss":"https://issuer.example","aud":"https://api.example","client_id":"client-1","jti":"token-1","scope":"SEARCH CHAT"},"token":606}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a token without an audience": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "a token without an end": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "an expired token": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "an unsigned token": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "another scheme": [
          "200 {"payload":null}",
          "400 {"name":"InvalidRequestError","code":"","statusCode":400,"scheme":"Bearer"}",
        ],
        "no JWT": [
          "200 {"payload":null}",
          "401 {"name":"InvalidTokenError","code":"invalid_token","statusCode":401,"scheme":"Bearer"}",
        ],
        "no scheme": [
          "200 {"payload":null}",
          "400 {"name":"InvalidRequestError","code":"","statusCode":400,"scheme":"Bearer"}",
        ],
        "two tokens": [
          "200 {"payload":null}",
          "400 {"name":"InvalidRequestError","code":"","statusCode":400,"scheme":"Bearer"}",
        ],
      }
    `);
  });

  test('answers alike with strict tokens', async () => {
    expect(await compare({ ...KEYED, strict: true })).toMatchInlineSnapshot(`{}`);
  });

  test.each(['/read', '/admin', '/any', '/flag', '/roles', '/check'])(
    'has the rules of the SDK: %s',
    async (path) => {
      const bare = await compare(KEYED);
      const ruled = await compare(KEYED, path);
      // No request differs that does not differ without the rule.
      expect(Object.keys(bare)).toEqual(expect.arrayContaining(Object.keys(ruled)));
    },
  );

  test.each([
    ['with a slash', '/'],
    ['without one', ''],
  ])('finds the keys of an issuer through its metadata, named %s', async (_what, slash) => {
    let origin = '';
    origin = await listen((req, res) => {
      res.setHeader('content-type', 'application/json');
      const metadata = { issuer: `${origin}/`, jwks_uri: `${origin}/jwks` };
      res.end(JSON.stringify(req.url === '/jwks' ? jwks : metadata));
    });
    const token = await signToken(validClaims({ iss: `${origin}/` }), { alg: 'RS256' });
    const options = { issuerBaseURL: origin + slash, audience: AUDIENCE };
    for (const sdk of SDKS) {
      const server = await serve(sdk, options);
      const answer = await fetch(server, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(200);
      expect((await fetch(server, { headers: GOOD })).status).toBe(401);
    }
  });

  test('takes a shared secret, a JWK and a key set', async () => {
    const secret = 'a secret of at least thirty-two bytes';
    const token = await signWithSecret(validClaims(), new TextEncoder().encode(secret));
    for (const sdk of SDKS) {
      const shared = await serve(sdk, { ...OPTIONS, secret, tokenSigningAlg: 'HS256' });
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(shared, { headers })).status).toBe(200);
      for (const publicKey of [jwks, jwks.keys[0]]) {
        const keyed = await serve(sdk, { ...OPTIONS, publicKey });
        expect((await fetch(keyed, { headers: GOOD })).status).toBe(200);
        expect((await fetch(keyed, { headers })).status).toBe(401);
      }
    }
  });

  test.each([
    ['no options', undefined, /options/],
    ['no issuer', { issuer: undefined }, /issuerBaseURL or issuer/],
    ['no audience', { audience: undefined }, /audience/],
    [
      'a short secret',
      { publicKey: undefined, secret: 'short', tokenSigningAlg: 'HS256' },
      /32 bytes/,
    ],
    ['validators', { validators: {} }, /validators/],
    ['tokens bound by DPoP', { dpop: { enabled: true } }, /dpop/],
    ['PEM text without an algorithm', { tokenSigningAlg: undefined }, /algorithms/],
  ])('refuses %s', (_what, options, message) => {
    const all = options && { ...KEYED, ...options };
    expect(() => ours.auth(all as never)).toThrow(TypeError);
    expect(() => ours.auth(all as never)).toThrow(message);
  });
});
