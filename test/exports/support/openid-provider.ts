import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import { createMemoryAdapter } from '../../integration/sso/memory-adapter.js';
import { answerInteraction } from '../../support/answer-interaction.js';
import { listen } from '../../support/listen.js';
import { fixtureKey } from '../../support/tokens.js';

export const CLIENT = { id: 'exports', secret: 'a-secret-of-some-length:with+odd/characters' };

/** An OpenID provider that rotates refresh tokens, requires PKCE and sends `iss` (RFC 9207). */
export async function startOpenIdProvider(
  toRedirectUri: (issuer: string) => string | undefined,
): Promise<string> {
  let answer = (_: IncomingMessage, res: ServerResponse): unknown => res.writeHead(503).end();
  const issuer = await listen(createServer((req, res) => void answer(req, res)));
  const { privateKey, publicJwk } = await fixtureKey();
  const { d } = await crypto.subtle.exportKey('jwk', privateKey);
  const provider = new Provider(issuer, {
    ...CONFIGURATION,
    adapter: createMemoryAdapter(),
    jwks: { keys: [{ ...publicJwk, d }] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [toRedirectUri(issuer) ?? ''],
      },
    ],
  });
  const protocol = provider.callback();
  answer = (req, res) =>
    req.url?.startsWith('/interaction/')
      ? answerInteraction(provider, [req, res])
      : protocol(req, res);
  return issuer;
}

const ttl = () => 600;

const CONFIGURATION = {
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  cookies: { keys: ['a key for cookies'] },
  findAccount: (_: unknown, accountId: string) => ({
    accountId,
    claims: () => ({ sub: accountId }),
  }),
  interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
  ttl: {
    AccessToken: ttl,
    AuthorizationCode: ttl,
    Grant: ttl,
    IdToken: ttl,
    Interaction: ttl,
    RefreshToken: ttl,
    Session: ttl,
  },
};
