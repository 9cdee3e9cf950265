import { listen } from './listen.js';
import { createSigningKey, signToken, toJwks, validClaims } from './tokens.js';

/** An issuer with metadata and keys on loopback, until the test is over. */
export interface ServedIssuer {
  /** `http://127.0.0.1:…`, the `iss` of its tokens. */
  readonly issuer: string;
  /** Signs a token for `https://api.example.com` about `ada`; the claims replace those of {@link validClaims}. */
  issue(claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

export async function serveIssuer(): Promise<ServedIssuer> {
  const key = await createSigningKey('ES256');
  const issuer: string = await listen((request, response) => {
    const isMetadata = request.url === '/.well-known/openid-configuration';
    const metadata = { issuer, jwks_uri: `${issuer}/jwks.json` };
    response.end(JSON.stringify(isMetadata ? metadata : toJwks(key)));
  });
  const fixed = { iss: issuer, aud: 'https://api.example.com', sub: 'ada' };
  return {
    issuer,
    issue: (claims) => signToken(validClaims({ ...fixed, ...claims }), { key }),
  };
}
