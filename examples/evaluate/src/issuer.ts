import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { KEY_ID, signAccessToken, type TokenRequest } from './access-token.js';
import { type Listening, listen } from './listen.js';

/** Gives a token to everybody who asks: for trying things out on loopback, and for nothing else. */
export interface Issuer extends Listening {
  readonly jwksUri: string;
  issue(request: TokenRequest): Promise<string>;
  /** A token like the others, but signed with a key that the issuer does not publish. */
  forge(request: TokenRequest): Promise<string>;
}

export async function createIssuer(port: number): Promise<Issuer> {
  const own = await generateKeyPair('ES256');
  const foreign = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' };

  const server = createServer(async (req, res) => {
    const { pathname, searchParams } = new URL(`http://issuer${req.url}`);
    res.setHeader('cache-control', 'no-store');
    if (pathname === '/jwks.json') res.end(JSON.stringify({ keys: [jwk] }));
    else if (pathname === '/token') res.end(`${await issue(readTokenRequest(searchParams))}\n`);
    else res.writeHead(404).end();
  });
  const listening = await listen(server, port);
  const { url } = listening;
  const issue = (request: TokenRequest) => signAccessToken(url, own.privateKey, request);
  return {
    ...listening,
    jwksUri: `${url}/jwks.json`,
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
  };
}
