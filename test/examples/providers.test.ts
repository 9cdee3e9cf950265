import * as providers from '@mandate/core/providers';
import { describe, expect, test, vi } from 'vitest';
import { configureProvider } from '../../examples/providers/src/configure.js';
import { createApp } from '../../examples/providers/src/main.js';
import { PROVIDERS } from '../../examples/providers/src/providers.js';
import { listen } from '../support/listen.js';
import { createSigningKey, signToken, toJwks, validClaims } from '../support/tokens.js';
import { findFreePort } from './find-free-port.js';
import { runExample } from './run-example.js';
import { runPrintedCommands } from './run-printed-commands.js';

/** Values of the documented form. */
const VALUES: Readonly<Record<string, string>> = {
  AUTH0_SCOPES_FROM: 'permissions',
  AWS_ALB_SIGNERS:
    'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188',
  AZURE_B2C_TENANT_ID: '775527ff-9a37-4307-8b3d-cc311f58d925',
  AZURE_B2C_POLICY: 'B2C_1_sign_in',
  CLERK_AUTHORIZED_PARTIES: 'https://app.example.com',
  COGNITO_USER_POOL_ID: 'eu-west-1_aBcDeFgHi',
  DUENDE_ISSUER: 'https://identity.example.com',
  ENTRA_TENANT_ID: '775527ff-9a37-4307-8b3d-cc311f58d925',
  GITHUB_ACTIONS_REPOSITORIES: 'octo-org/octo-repo, octo-org/other',
  GOOGLE_IAP_AUDIENCE: '/projects/12345/global/backendServices/67890',
  HYDRA_ISSUER: 'https://hydra.example.com',
  KEYCLOAK_URL: 'https://sso.example.com',
  KUBERNETES_ISSUER: 'https://kubernetes.default.svc.cluster.local',
  KUBERNETES_SERVICE_ACCOUNTS: 'shop/web',
  PING_ONE_ENVIRONMENT_ID: 'abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6',
  WORKOS_CLIENT_ID: 'client_01HBEQKA6K4QJAS93VPE39W1JT',
  ZITADEL_PROJECT_ID: '69234230193872955',
};

/** What the program answers to variables that it rejects. */
async function complain(env: NodeJS.ProcessEnv): Promise<string> {
  return configureProvider(env).then(
    ({ name }) => `${name} is configured`,
    (error: Error) => error.message,
  );
}

describe('examples/providers', () => {
  test('has a line for every provider', () => {
    const called = Object.values(PROVIDERS).map((line) => /\.(\w+)\)?\(\{/.exec(`${line}`)?.[1]);
    expect(called.sort()).toEqual(Object.keys(providers).sort());
  });

  test.each(Object.keys(PROVIDERS))('names all variables that are missing: %s', async (name) => {
    const message = await complain({ PROVIDER: name });
    const needed = message.replace(`PROVIDER=${name} needs `, '').split(', ');
    const prefix = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    expect(needed.filter((variable) => !variable.startsWith(`${prefix}_`))).toEqual([]);
  });

  test.each(Object.keys(PROVIDERS).filter((name) => name !== 'passport'))(
    'is configured by the variables that it names: %s',
    async (name) => {
      const message = await complain({ PROVIDER: name });
      const needed = message.split(' needs ')[1]?.split(', ') ?? [];
      const given = needed.map((variable) => [variable, VALUES[variable] ?? 'example']);
      const env = { PROVIDER: name, ...Object.fromEntries(given) };
      expect(await complain(env)).toBe(`${name} is configured`);
    },
  );

  test('serves callers with a token of Keycloak', async () => {
    const key = await createSigningKey('RS256');
    // https://www.keycloak.org/securing-apps/oidc-layers#_certificate_endpoint
    const keycloak = await listen((request, response) => {
      const isKnown = request.url === '/realms/staff/protocol/openid-connect/certs';
      response.writeHead(isKnown ? 200 : 404).end(JSON.stringify(toJwks(key)));
    });
    const provider = await configureProvider({
      PROVIDER: 'keycloak',
      KEYCLOAK_URL: keycloak,
      KEYCLOAK_REALM: 'staff',
      KEYCLOAK_CLIENT: 'orders-api',
    });
    vi.spyOn(console, 'log').mockReturnValue();
    const api = await listen(createApp(provider, 'read'));
    const send = async (roles: readonly string[], aud = 'orders-api') => {
      const claims = { iss: `${keycloak}/realms/staff`, aud, typ: 'Bearer', sub: 'ada' };
      const resource_access = { 'orders-api': { roles } };
      const token = await signToken(validClaims({ ...claims, resource_access }), {
        key,
        typ: 'JWT',
      });
      const headers = { authorization: `Bearer ${token}` };
      return fetch(`${api}/documents/7`, { headers });
    };
    expect(await (await send(['read'])).json()).toEqual({ for: 'ada', id: '7' });
    expect((await send([])).status).toBe(403);
    expect((await send(['read'], 'account')).status).toBe(401);
  });
});

describe('examples/providers, run from a shell', () => {
  test('starts with an issuer of its own, and prints requests for 200, 401 and 403', async () => {
    const port = await findFreePort();
    const example = runExample('providers', [], { PORT: String(port) });
    const statuses = await runPrintedCommands(example, `http://127.0.0.1:${port}/health`);
    expect(statuses, example.output()).toEqual(['200', '401', '403']);
    // The reason is in the log of the server alone.
    await expect.poll(example.output).toContain('scope_required: the token lacks a scope');
  });

  test.each([
    [{ PROVIDER: 'auth1' }, /^PROVIDER must be one of adfs, .*, zitadel, and not "auth1"\n$/],
    [{ PROVIDER: '' }, /^PROVIDER must be one of .*, and not ""\n$/],
    [{ PROVIDER: 'constructor' }, /^PROVIDER must be one of .*, and not "constructor"\n$/],
    [
      { PROVIDER: 'auth0', AUTH0_DOMAIN: 'example.eu.auth0.com', AUTH0_AUDIENCE: '' },
      /^PROVIDER=auth0 needs AUTH0_AUDIENCE, AUTH0_SCOPES_FROM\n$/,
    ],
    [
      { PROVIDER: 'passport', PASSPORT_CLIENT_IDS: '3', PASSPORT_PUBLIC_KEY_FILE: '/missing' },
      /^ENOENT: .*'\/missing'\n$/,
    ],
    [
      { PROVIDER: 'workos', WORKOS_CLIENT_ID: 'staff' },
      /^workos: clientId must be the client ID of an environment.*\n$/,
    ],
  ])('ends with one line about %o', async (env, line) => {
    const example = runExample('providers', [], env);
    expect(await example.exit).toBe(1);
    expect(example.output()).toMatch(line);
  });
});
