import { createServer, type RequestListener } from 'node:http';
import { Provider } from 'oidc-provider';
import { createMemoryAdapter } from '../integration/sso/memory-adapter.js';
import { answerInteraction } from '../support/answer-interaction.js';
import { listen } from '../support/listen.js';
import { createSigningKey } from '../support/tokens.js';

export const CLIENT_ID = 'agent';
export const REDIRECT_URI = 'http://127.0.0.1:1/callback';

/** Starts an authorization server with one public client, which grants whatever is asked for. Returns its issuer. */
export async function startAuthorizationServer(requested: URLSearchParams[]): Promise<string> {
  const { privateKey, publicJwk } = await createSigningKey();
  const { d } = await crypto.subtle.exportKey('jwk', privateKey);
  let answer: RequestListener = (_, res) => res.writeHead(503).end();
  const server = createServer((req, res) => answer(req, res));
  const issuer = await listen(server);
  const keys = [{ ...publicJwk, d }];
  const provider = new Provider(issuer, {
    ...CONFIGURATION,
    adapter: createMemoryAdapter(),
    jwks: { keys },
  });
  const protocol = provider.callback();
  answer = (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', issuer);
    if (pathname === '/auth') requested.push(searchParams);
    if (pathname.startsWith('/interaction/')) void answerInteraction(provider, [req, res]);
    else protocol(req, res);
  };
  return issuer;
}

const ttl = () => 600;

const CONFIGURATION = {
  clients: [
    {
      client_id: CLIENT_ID,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      redirect_uris: [REDIRECT_URI],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  cookies: { keys: ['a key for cookies'] },
  findAccount: (_: unknown, accountId: string) => ({
    accountId,
    claims: () => ({ sub: accountId }),
  }),
  interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    // RFC 8707: the access token is for the resource that the client names.
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_: unknown, resource: string) => ({
        scope: 'FILES_READ FILES_WRITE',
        audience: resource,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: ttl,
    AuthorizationCode: ttl,
    Grant: ttl,
    IdToken: ttl,
    Interaction: ttl,
    Session: ttl,
  },
};
