import { createServer, type RequestListener } from 'node:http';
import * as oauth from 'oauth4webapi';
import { Provider } from 'oidc-provider';
import { describe, expect, test } from 'vitest';
import { followRedirects } from '../integration/sso/follow-redirects.js';
import { createMemoryAdapter } from '../integration/sso/memory-adapter.js';
import { importGuide } from '../support/guide-program.js';
import { listen } from '../support/listen.js';
import { createSigningKey } from '../support/tokens.js';

const GUIDE = 'packages/core/docs/resource-server.md';
const API = 'https://api.example.com/v1';
const REDIRECT_URI = 'http://127.0.0.1:1/callback';
const CLIENT = { client_id: 'agent', id_token_signed_response_alg: 'ES256' };
const LOCAL = { [oauth.allowInsecureRequests]: true };

/** A server whose listener is set once its origin is known. */
async function openServer() {
  const server: { answer: RequestListener } = { answer: (_, res) => res.writeHead(503).end() };
  const origin = await listen(createServer((req, res) => server.answer(req, res)));
  return { origin, server };
}

/** `oidc-provider` with the settings of the guide, for the resource. */
async function startAuthorizationServer(resource: string): Promise<string> {
  const { settings } = await importGuide<{ readonly settings: object }>(
    GUIDE,
    { [API]: resource },
    'resource-settings.js',
  );
  const { privateKey, publicJwk } = await createSigningKey();
  const { d } = await crypto.subtle.exportKey('jwk', privateKey);
  const { origin, server } = await openServer();
  const provider = new Provider(origin, {
    ...CONFIGURATION,
    ...settings,
    features: { devInteractions: { enabled: false }, ...FEATURES(settings) },
    adapter: createMemoryAdapter(),
    jwks: { keys: [{ ...publicJwk, d }] },
  });
  const protocol = provider.callback();
  server.answer = (req, res) => {
    if (req.url?.startsWith('/interaction/')) void logIn(provider, req, res);
    else protocol(req, res);
  };
  return origin;
}

const FEATURES = (settings: object) => (settings as { readonly features: object }).features;

/** Logs Ada in as the request asks, by a password otherwise, and grants the scopes. */
async function logIn(provider: Provider, ...[req, res]: Parameters<RequestListener>) {
  const { prompt, params, session } = await provider.interactionDetails(req, res);
  const { client_id: clientId, acr_values: acr = 'pwd', scope = '', resource = '' } = params;
  let result: object = { login: { accountId: 'ada', acr } };
  if (prompt.name !== 'login') {
    const grant = new provider.Grant({ accountId: session?.accountId, clientId });
    grant.addOIDCScope('openid');
    grant.addResourceScope(resource, scope);
    result = { consent: { grantId: await grant.save() } };
  }
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true });
}

const ttl = () => 600;

const CONFIGURATION = {
  clients: [
    {
      ...CLIENT,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
      redirect_uris: [REDIRECT_URI],
    },
  ],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  cookies: { keys: ['a key for cookies'] },
  findAccount: (_: unknown, accountId: string) => ({
    accountId,
    claims: () => ({ sub: accountId }),
  }),
  interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  ttl: {
    AccessToken: ttl,
    AuthorizationCode: ttl,
    Grant: ttl,
    IdToken: ttl,
    Interaction: ttl,
    Session: ttl,
  },
};

/** The program of the guide beside its authorization server. Returns the identifier of the resource. */
async function startGuide(): Promise<string> {
  const { origin, server } = await openServer();
  const identifier = `${origin}/v1`;
  const { app } = await importGuide<{ readonly app: RequestListener }>(GUIDE, {
    'https://sso.example.com/': await startAuthorizationServer(identifier),
    [API]: identifier,
    'app.listen(3000);': 'export { app };',
  });
  server.answer = app;
  return identifier;
}

/** Sends a request, and returns its status, or the challenge as the client understands it. */
async function send(url: string, method: string, token: string) {
  try {
    const { status } = await oauth.protectedResourceRequest(
      token,
      method,
      new URL(url),
      undefined,
      null,
      LOCAL,
    );
    return { status, challenge: {} };
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
    return { status: error.status, challenge: error.cause[0]?.parameters ?? {} };
  }
}

/** Finds the authorization server from nothing but the identifier of the resource. */
async function discover(identifier: string) {
  const url = new URL(identifier);
  const found = await oauth.resourceDiscoveryRequest(url, LOCAL);
  const resource = await oauth.processResourceDiscoveryResponse(url, found);
  const issuer = new URL(resource.authorization_servers?.[0] ?? '');
  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, LOCAL),
  );
  return { resource, server };
}

/** Gets a token by authorization code and PKCE, with what the challenge asks for. */
async function authorize(
  server: oauth.AuthorizationServer,
  resource: string,
  parameters: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const verifier = oauth.generateRandomCodeVerifier();
  const url = new URL(server.authorization_endpoint ?? '');
  const asked = Object.entries({
    client_id: CLIENT.client_id,
    ...{ response_type: 'code', redirect_uri: REDIRECT_URI, resource },
    ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier) },
    ...{ code_challenge_method: 'S256', ...parameters },
  });
  for (const [name, value] of asked) if (value !== undefined) url.searchParams.set(name, value);
  const answer = await followRedirects(url, REDIRECT_URI);
  const code = oauth.validateAuthResponse(server, CLIENT, answer, oauth.expectNoState);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    CLIENT,
    oauth.None(),
    code,
    REDIRECT_URI,
    verifier,
    { ...LOCAL, additionalParameters: { resource } },
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, CLIENT, response);
  return tokens.access_token;
}

describe('the program of the guide about OAuth clients', () => {
  test('leads a client from its URL to a token, to more scopes, and to a stronger log-in', async () => {
    const identifier = await startGuide();
    const payments = `${identifier}/payments`;

    const refused = await send(payments, 'GET', 'none');
    const metadataUrl = identifier.replace('/v1', '/.well-known/oauth-protected-resource/v1');
    expect(refused).toMatchObject({
      status: 401,
      challenge: { scope: 'PAYMENTS_READ', resource_metadata: metadataUrl },
    });
    const { resource, server } = await discover(identifier);
    expect(resource).toMatchObject({
      resource: identifier,
      scopes_supported: ['PAYMENTS_READ'],
    });

    const reader = await authorize(server, identifier, { scope: refused.challenge.scope });
    expect(await send(payments, 'GET', reader)).toMatchObject({ status: 200 });

    const lacking = await send(payments, 'POST', reader);
    expect(lacking).toMatchObject({
      status: 403,
      challenge: { error: 'insufficient_scope', scope: 'PAYMENTS_READ PAYMENTS_WRITE' },
    });

    const { scope } = lacking.challenge;
    const weak = await send(payments, 'POST', await authorize(server, identifier, { scope }));
    expect(weak).toMatchObject({
      status: 401,
      challenge: { error: 'insufficient_user_authentication', acr_values: 'mfa', max_age: '300' },
    });

    const { acr_values, max_age } = weak.challenge as Readonly<Record<string, string>>;
    // OpenID Connect defines both parameters.
    const again = { scope: `openid ${scope}`, acr_values, max_age };
    const strong = await authorize(server, identifier, again);
    expect(await send(payments, 'POST', strong)).toMatchObject({ status: 201 });
  });

  test('rejects a token for another resource, and without a token shows the scopes', async () => {
    const identifier = await startGuide();
    const response = await fetch(`${identifier}/payments`, {
      method: 'POST',
      headers: { authorization: 'Bearer' },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer scope="PAYMENTS_READ PAYMENTS_WRITE", resource_metadata="${identifier.replace('/v1', '/.well-known/oauth-protected-resource/v1')}"`,
    );
    const { server } = await discover(identifier);
    const another = `${identifier}/other`;
    const asked = authorize(server, another, { scope: 'PAYMENTS_READ' });
    await expect(asked).rejects.toMatchObject({ error: 'invalid_target' });
  });

  test('serves the metadata of several resources', async () => {
    const { metadata } = await importGuide<{
      readonly metadata: (request: Request, context: object) => Promise<Response>;
    }>(GUIDE, {}, 'several.ts');
    const read = async (name: string) => {
      const url = `https://api.example.com/.well-known/oauth-protected-resource/${name}`;
      return (await metadata(new Request(url), {})).json();
    };
    expect(await read('search')).toMatchObject({ scopes_supported: ['SEARCH'] });
    expect(await read('tools')).not.toHaveProperty('scopes_supported');
  });
});
