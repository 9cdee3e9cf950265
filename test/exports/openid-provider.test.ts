import { randomBytes } from 'node:crypto';
import { createConnections, createMemoryExportStore, type ProviderFailure } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { createSecretBox } from '../../packages/exports/src/secrets/secret-box.js';
import { openTokens } from '../../packages/exports/src/secrets/tokens.js';
import { createAccessTokens } from '../../packages/exports/src/tokens/create-access-tokens.js';
import { followRedirects } from '../integration/sso/follow-redirects.js';
import { finishLogin } from './support/finish-login.js';
import { CLIENT, startOpenIdProvider } from './support/openid-provider.js';

const SESSION = 'a-cookie-that-nobody-guesses';
const CALLBACK_URL = 'https://app.example.com/callback';
const ID = '07'.repeat(16);

/** A connection to a real OpenID provider, with the person who logs in as a parameter. */
async function connect(person: string) {
  const failures: ProviderFailure[] = [];
  const options = {
    store: createMemoryExportStore(),
    keys: [randomBytes(32)],
    callbackUrl: CALLBACK_URL,
    allowLoopback: true,
    random: (bytes: number) => (bytes === 16 ? Buffer.alloc(16, 7) : randomBytes(bytes)),
    onError: (failure: ProviderFailure) => void failures.push(failure),
  };
  const connections = createConnections(options);
  // Known before an id and a secret exist, because the provider registers it first.
  const toRedirectUri = (url: string) =>
    connections.toRedirectUri({
      preset: 'generic',
      authorizationEndpoint: `${url}/auth`,
      tokenEndpoint: `${url}/token`,
    });
  const issuer = await startOpenIdProvider(toRedirectUri);
  const redirectUri = toRedirectUri(issuer) ?? '';
  await connections.create({
    preset: 'generic',
    name: 'OpenID',
    siteId: 'site',
    // The provider issues a refresh token only after asking the person for consent.
    authorizationEndpoint: `${issuer}/auth?prompt=consent&login_hint=${person}`,
    tokenEndpoint: `${issuer}/token`,
    revocationEndpoint: `${issuer}/token/revocation`,
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['openid', 'offline_access'],
    destination: { kind: 'webhook', url: 'https://hooks.example.com' },
  });
  const logIn = async () => {
    const url = await connections.authorize(ID, SESSION, 'ada');
    const back = await followRedirects(url, redirectUri);
    expect(back.searchParams.get('iss')).toBe(issuer);
    return finishLogin(connections, ID, back.searchParams, SESSION);
  };
  const isGood = async (token: string): Promise<boolean> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${issuer}/me`, { headers })).status === 200;
  };
  /** What the provider's own administrator can do. */
  const revoke = async () => {
    const stored = await options.store.getConnection(ID);
    const tokens = stored && (await openTokens(createSecretBox(options.keys), stored));
    const basic = [CLIENT.id, CLIENT.secret].map(encodeURIComponent).join(':');
    const response = await fetch(`${issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
      body: new URLSearchParams({ token: tokens?.refreshToken ?? '' }),
    });
    expect(response.status).toBe(200);
  };
  const createTokens = () => createAccessTokens(options);
  return { connections, failures, logIn, isGood, createTokens, revoke };
}

describe('with oidc-provider', () => {
  test('a person authorizes, tokens are renewed once, and revoked in the end', async () => {
    const { connections, failures, logIn, isGood, createTokens } = await connect('ada');
    expect(await logIn()).toBe('authorized');
    const [one, other] = [createTokens(), createTokens()];
    const { token } = await one.get(ID);
    expect(await isGood(token)).toBe(true);
    const renewed = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? one : other).renew(ID, token)),
    );
    const [next] = new Set(renewed.map((each) => each.token));
    expect(new Set(renewed.map((each) => each.token)).size).toBe(1);
    // It rotates and ends a grant whose old token comes again: the third renewal would find out.
    const third = await other.renew(ID, next ?? '');
    expect(await isGood(third.token)).toBe(true);
    await connections.disconnect(ID);
    expect(await isGood(third.token)).toBe(false);
    expect(failures).toEqual([]);
  });

  test('a person declines', async () => {
    const { connections, logIn } = await connect('eve');
    expect(await logIn()).toBe('denied');
    expect((await connections.get(ID)).status).toBe('unauthorized');
  });

  test('a wrong client secret is reported, and repaired without a new log-in', async () => {
    const { connections, failures, logIn, createTokens } = await connect('ada');
    await logIn();
    const tokens = createTokens();
    const { token } = await tokens.get(ID);
    await connections.update(ID, { clientSecret: 'another' });
    await expect(tokens.renew(ID, token)).rejects.toMatchObject({ code: 'client_rejected' });
    await connections.update(ID, { clientSecret: CLIENT.secret });
    await tokens.renew(ID, token);
    expect(failures).toMatchObject([{ operation: 'refresh', error: 'invalid_client' }]);
  });

  test('a grant that was revoked at the provider is reported', async () => {
    const { connections, failures, logIn, createTokens, revoke } = await connect('ada');
    await logIn();
    const tokens = createTokens();
    const { token } = await tokens.get(ID);
    await revoke();
    await expect(tokens.renew(ID, token)).rejects.toMatchObject({ code: 'grant_revoked' });
    expect((await connections.get(ID)).status).toBe('needs_reauthorization');
    expect(failures).toMatchObject([{ operation: 'refresh', error: 'invalid_grant' }]);
    expect(await logIn()).toBe('authorized');
  });
});
