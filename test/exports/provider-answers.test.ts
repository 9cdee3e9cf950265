import type { PresetName } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import type { CrmFault } from '../support/crm/faults.js';
import { createCrmWorld, SESSION } from './support/crm-world.js';
import { finishLogin } from './support/finish-login.js';

const answer = (status: number, body: unknown, headers?: Record<string, string>): CrmFault => ({
  status,
  body,
  ...(headers && { headers }),
});

/** A connection with this preset whose access token has ended. Its destination is a webhook. */
async function connect(preset: PresetName, reauthorizationErrors: readonly string[] = []) {
  const world = await createCrmWorld();
  const destination = { kind: 'webhook', url: world.crm.hookUrl } as const;
  const id = await world.authorize({ preset, reauthorizationErrors, destination });
  const tokens = world.createTokens();
  const { token } = await tokens.get(id);
  const renew = () => tokens.renew(id, token).catch((error: unknown) => error);
  return { ...world, id, tokens, token, renew };
}

describe('a refusal that requires a person', () => {
  // The words of the providers, from the pages that packages/exports/src/connections/presets.ts names.
  test.each<[PresetName, CrmFault, string]>([
    ['generic', answer(200, { error: 'invalid_grant' }), 'invalid_grant'],
    ['generic', answer(400, { error: 'interaction_required' }), 'interaction_required'],
    ['generic', answer(400, { error: 'consent_required' }), 'consent_required'],
    ['generic', answer(400, { error: 'login_required' }), 'login_required'],
    ['generic', answer(403, { error: 'access_denied' }), 'access_denied'],
    ['generic', answer(401, { error: 'invalid_token' }), 'invalid_token'],
    ['salesforce', answer(400, { error: 'inactive_user' }), 'inactive_user'],
    ['hubspot', answer(400, { status: 'BAD_REFRESH_TOKEN', message: 'a' }), 'BAD_REFRESH_TOKEN'],
    ['zoho', answer(200, { error: 'invalid_code' }), 'invalid_code'],
    ['slack', answer(200, { ok: false, error: 'invalid_refresh_token' }), 'invalid_refresh_token'],
    ['slack', answer(200, { ok: false, error: 'account_inactive' }), 'account_inactive'],
    ['google', answer(400, { error: 'admin_policy_enforced' }), 'admin_policy_enforced'],
    ['microsoft', answer(400, { error: 'bad_token', error_codes: [70043] }), 'bad_token'],
  ])('of %s, %j, needs a new authorization', async (preset, fault, error) => {
    const { crm, id, connections, failures, renew } = await connect(preset);
    crm.fail('token', fault);
    expect(await renew()).toMatchObject({ code: 'grant_revoked', isTransient: false });
    expect(await connections.get(id)).toMatchObject({
      status: 'needs_reauthorization',
      reason: 'grant_revoked',
    });
    expect(failures).toMatchObject([{ operation: 'refresh', code: 'grant_rejected', error }]);
  });

  test.each<[PresetName, CrmFault]>([
    ['hubspot', answer(400, { status: 'BAD_CLIENT_SECRET' })],
    ['zoho', answer(200, { error: 'invalid_client_secret' })],
    ['slack', answer(200, { ok: false, error: 'bad_client_secret' })],
    ['google', answer(401, { error: 'deleted_client' })],
  ])('of the client by %s, %j, asks for id and secret', async (preset, fault) => {
    const { crm, id, connections, renew } = await connect(preset);
    crm.fail('token', fault);
    await renew();
    expect(await connections.get(id)).toMatchObject({
      status: 'needs_reauthorization',
      reason: 'client_rejected',
    });
  });

  test('can have codes of its own, in any case', async () => {
    const { crm, renew } = await connect('generic', ['Session Ended']);
    crm.fail('token', answer(400, { error: 'SESSION_ENDED' }));
    expect(await renew()).toMatchObject({ code: 'grant_revoked', isTransient: false });
  });

  test('of another provider is unknown, and an unknown code ends nothing', async () => {
    const { crm, renew } = await connect('generic');
    crm.fail('token', answer(400, { error: 'invalid_code' }));
    expect(await renew()).toMatchObject({ code: 'provider_unavailable', isTransient: true });
  });

  test('is reported without any other text of the provider', async () => {
    const { crm, failures, renew } = await connect('generic');
    const secret = 'x'.repeat(300);
    crm.fail('token', answer(400, { error: 'invalid_grant', error_description: secret }));
    await renew();
    crm.fail('token', answer(400, { error: secret }));
    await renew();
    expect(JSON.stringify(failures.map((failure) => [failure, String(failure)]))).not.toContain(
      'xx',
    );
  });
});

describe('too many log-ins', () => {
  test.each<[PresetName, CrmFault]>([
    [
      'salesforce',
      answer(400, { error: 'invalid_grant', error_description: 'login rate exceeded' }),
    ],
    [
      'zoho',
      answer(200, {
        error: 'Access Denied',
        error_description: 'You have made too many requests continuously. Please try again later.',
        status: 'failure',
      }),
    ],
    ['slack', answer(200, { ok: false, error: 'ratelimited' })],
    ['google', answer(403, { error: 'rate_limit_exceeded' })],
    ['generic', answer(429, { error: 'access_denied' })],
  ])('at %s, %j, pause the connection and end no grant', async (preset, fault) => {
    const { crm, id, connections, renew } = await connect(preset);
    crm.fail('token', fault);
    expect(await renew()).toMatchObject({ code: 'provider_unavailable', isTransient: true });
    expect(await connections.get(id)).toMatchObject({ status: 'degraded' });
  });
});

describe('Retry-After of a token endpoint', () => {
  test('is honoured: no process sends a refresh before, and then one does', async () => {
    const { crm, id, token, renew, createTokens, advance, readStored } = await connect('generic');
    crm.fail('token', answer(503, {}, { 'retry-after': '120' }));
    const failure = await renew();
    expect(failure).toMatchObject({ isTransient: true, notBeforeMs: Date.UTC(2026, 0, 1, 0, 2) });
    const others = createTokens();
    advance(119_000);
    await expect(others.renew(id, token)).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(crm.count('refresh_token')).toBe(1);
    advance(1000);
    expect((await others.renew(id, token)).token).not.toBe(token);
    expect(await readStored(id)).toMatchObject({ status: 'active', refreshNotBeforeMs: undefined });
  });

  test('does not outlive a new log-in', async () => {
    const { crm, id, renew, logIn, createTokens } = await connect('generic');
    crm.fail('token', answer(429, {}, { 'retry-after': '3600' }));
    await renew();
    await logIn(id);
    const { token } = await createTokens().get(id);
    expect((await createTokens().renew(id, token)).token).not.toBe(token);
  });
});

describe('a token answer', () => {
  test.each([201, 202])('with %i is as good as 200', async (status) => {
    const { crm, renew } = await connect('generic');
    crm.fail('token', answer(status, { access_token: 'next', token_type: 'bearer' }));
    expect(await renew()).toMatchObject({ token: 'next' });
  });

  test.each([204, 200])('with %i and no token is invalid', async (status) => {
    const { crm, renew, failures } = await connect('generic');
    crm.fail('token', answer(status, {}));
    expect(await renew()).toMatchObject({ code: 'provider_unavailable' });
    expect(failures).toMatchObject([{ code: 'response_invalid' }]);
  });

  test('with an empty refresh token keeps the stored one', async () => {
    const { crm, id, renew, createTokens } = await connect('generic');
    crm.fail('token', answer(200, { access_token: 'next', refresh_token: '' }));
    await renew();
    expect((await createTokens().renew(id, 'next')).token).not.toBe('next');
    expect(crm.count('refresh_token')).toBe(2);
  });

  test.each<[PresetName, string, boolean]>([
    ['slack', 'bot', true],
    ['slack', 'DPoP', false],
    ['generic', 'bot', false],
    ['generic', 'BEARER', true],
  ])('of %s with the token_type %s', async (preset, token_type, isAccepted) => {
    const { crm, renew } = await connect(preset);
    crm.fail('token', answer(200, { ok: true, access_token: 'next', token_type }));
    const result = await renew();
    if (isAccepted) expect(result).toMatchObject({ token: 'next' });
    else expect(result).toMatchObject({ code: 'provider_unavailable' });
  });
});

describe('a log-in without a refresh token', () => {
  async function logInWithout(world: Awaited<ReturnType<typeof createCrmWorld>>, id: string) {
    const back = await world.crm.approve(await world.connections.authorize(id, SESSION, 'eve'));
    const body = { access_token: 'short', token_type: 'Bearer', instance_url: world.crm.url };
    world.crm.fail('token', answer(200, { ...body, refresh_token: '' }));
    return finishLogin(world.connections, id, back.searchParams, SESSION);
  }

  test('is reported', async () => {
    const world = await createCrmWorld();
    const id = await world.configure();
    expect(await logInWithout(world, id)).toBe('authorized_without_refresh_token');
    expect(await world.createTokens().get(id)).toMatchObject({ token: 'short' });
    expect(await world.connections.get(id)).toMatchObject({
      status: 'active',
      authorizedBy: 'eve',
    });
  });

  test('never replaces a lasting authorization', async () => {
    const world = await createCrmWorld();
    const id = await world.authorize();
    const { token } = await world.createTokens().get(id);
    expect(await logInWithout(world, id)).toBe('refresh_token_missing');
    expect(await world.createTokens().get(id)).toMatchObject({ token });
    expect(await world.connections.get(id)).toMatchObject({ authorizedBy: 'ada@example.com' });
    expect(world.crm.count('POST')).toBe(0);
  });

  test('replaces an authorization that has ended', async () => {
    const world = await createCrmWorld();
    const id = await world.authorize();
    world.crm.revokeGrants();
    const tokens = world.createTokens();
    await tokens.renew(id, (await tokens.get(id)).token).catch(() => undefined);
    expect(await logInWithout(world, id)).toBe('authorized_without_refresh_token');
  });
});

test('presets know the endpoints of their providers, and how scopes are separated', async () => {
  const { connections } = await createCrmWorld();
  const create = async (preset: PresetName) => {
    const { connection } = await connections.create({
      ...{ preset, name: 'A', siteId: 's', clientId: 'c', clientSecret: 's' },
      scopes: ['a', 'b'],
      destination: { kind: 'webhook', url: 'https://hooks.example.com' },
    });
    const url = await connections.authorize(connection.id, SESSION, 'ada');
    return [url.origin + url.pathname, connection.tokenEndpoint, url.searchParams.get('scope')];
  };
  expect(await create('hubspot')).toEqual([
    'https://app.hubspot.com/oauth/authorize',
    'https://api.hubapi.com/oauth/v3/token',
    'a b',
  ]);
  expect(await create('slack')).toEqual([
    'https://slack.com/oauth/v2/authorize',
    'https://slack.com/api/oauth.v2.access',
    'a,b',
  ]);
  expect((await create('zoho'))[2]).toBe('a,b');
  expect((await create('google'))[1]).toBe('https://oauth2.googleapis.com/token');
  expect((await create('microsoft'))[2]).toBe('a b');
  await expect(create('generic')).rejects.toMatchObject({
    issues: [
      { path: 'authorizationEndpoint', message: 'must be given' },
      { path: 'tokenEndpoint', message: 'must be given' },
    ],
  });
});
