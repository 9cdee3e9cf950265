import { createServer, type RequestListener } from 'node:http';
import { Provider } from 'oidc-provider';
import { answerInteraction } from '../../support/answer-interaction.js';
import type { SigningKey } from '../../support/tokens.js';
import { close, listen } from '../servers.js';
import { createMemoryAdapter } from './memory-adapter.js';

export const CLIENT = { id: 'reporting', secret: 'a-secret-of-some-length' };
export const REDIRECT_URI = 'https://app.example/callback';
export const API = 'https://api.example/';
/** An API whose tokens are opaque. */
export const OPAQUE_API = 'https://opaque.example/';

/** A running OpenID provider, which knows one client and accepts every log-in. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Publishes these keys, and signs with the first. What it issued before stays as it is. */
  publish(...keys: readonly SigningKey[]): Promise<void>;
  close(): Promise<void>;
}

export async function createIdentityProvider(key: SigningKey): Promise<IdentityProvider> {
  let answer: RequestListener = (_, res) => res.writeHead(503).end();
  const server = createServer((req, res) => answer(req, res));
  const issuer = await listen(server);
  const adapter = createMemoryAdapter();
  const publish = async (...keys: readonly SigningKey[]) => {
    const jwks = { keys: await Promise.all(keys.map(toPrivateJwk)) };
    const provider = new Provider(issuer, { ...CONFIGURATION, adapter, jwks });
    const protocol = provider.callback();
    answer = (req, res) => {
      if (req.url?.startsWith('/interaction/')) void answerInteraction(provider, [req, res], API);
      else protocol(req, res);
    };
  };
  await publish(key);
  return { issuer, publish, close: () => close(server) };
}

const ttl = () => 600;

const CONFIGURATION = {
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      grant_types: ['client_credentials', 'authorization_code'],
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
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    // RFC 8707: a token for a named API is a JWT, and one for none is opaque.
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_: unknown, resource: string) => ({
        scope: 'SEARCH CHAT',
        audience: resource,
        accessTokenFormat: resource === OPAQUE_API ? 'opaque' : 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  ttl: {
    AccessToken: ttl,
    AuthorizationCode: ttl,
    ClientCredentials: ttl,
    Grant: ttl,
    IdToken: ttl,
    Interaction: ttl,
    Session: ttl,
  },
};

async function toPrivateJwk({ privateKey, publicJwk }: SigningKey): Promise<object> {
  const { d } = await crypto.subtle.exportKey('jwk', privateKey);
  return { ...publicJwk, d };
}
