import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { KEY_ID, signAccessToken, type TokenRequest } from './access-token.js';
import { type Listening, listen } from './listen.js';

/** Gives a token to every caller. Only for trying things out on loopback. */
export interface Issuer extends Listening {
  readonly jwksUri: string;
  readonly requestsUrl: string;
  /** Serves a text at {@link requestsUrl}. */
  publishRequests(text: string): void;
  issue(request: TokenRequest): Promise<string>;
  /** A token like the others, but signed with a key that the issuer does not publish. */
  forge(request: TokenRequest): Promise<string>;
}

export async function createIssuer(port: number): Promise<Issuer> {
  const own = await generateKeyPair('ES256');
  const foreign = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' };

  let requests: string | undefined;
  const answer = async (target: string): Promise<string | undefined> => {
    const { pathname, searchParams } = new URL(target, url);
    if (pathname === '/.well-known/openid-configuration') return JSON.stringify(metadata());
    if (pathname === '/jwks.json') return JSON.stringify({ keys: [jwk] });
    if (pathname === '/token') return issue(readTokenRequest(searchParams));
    if (pathname === '/requests') return requests;
    return undefined;
  };
  const server = createServer((req, res) => {
    res.setHeader('cache-control', 'no-store');
    res.setHeader('content-type', 'text/plain; charset=utf-8');
    res.setHeader('x-content-type-options', 'nosniff');
    answer(req.url ?? '/').then(
      (body) => (body === undefined ? res.writeHead(404).end() : res.end(body)),
      () => res.writeHead(400).end(),
    );
  });
  const listening = await listen(server, port);
  const { url } = listening;
  const metadata = () => ({
    issuer: url,
    jwks_uri: `${url}/jwks.json`,
    id_token_signing_alg_values_supported: ['ES256'],
  });
  const issue = (request: TokenRequest) => signAccessToken(url, own.privateKey, request);
  return {
    ...listening,
    jwksUri: `${url}/jwks.json`,
    requestsUrl: `${url}/requests`,
    publishRequests: (text) => {
      requests = text;
    },
    issue,
    forge: (request) => signAccessToken(url, foreign.privateKey, request),
  };
}

function readTokenRequest(query: URLSearchParams): TokenRequest {
  return {
    subject: query.get('sub') ?? 'amelia@example.com',
    scope: query.get('scope') ?? '',
    permission: query.get('permission') ?? undefined,
    groupid: query.get('groupid') ?? undefined,
    plan: query.get('plan') ?? undefined,
  };
}
