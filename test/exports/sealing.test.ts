import { createConnections, createMemoryExportStore, type StoredLogin } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { createSecretBox } from '../../packages/exports/src/secrets/secret-box.js';
import { openSigningSecrets } from '../../packages/exports/src/secrets/signing-secrets.js';
import { TokenUnavailable } from '../../packages/exports/src/tokens/access-tokens.js';
import { createCrmWorld, KEY, SESSION } from './support/crm-world.js';
import { finishLogin } from './support/finish-login.js';
import { overrideStore } from './support/override-store.js';

const NEW_KEY = new Uint8Array(32).fill(8);
const WEBHOOK = { kind: 'webhook', url: 'https://hooks.example.com/a' } as const;

describe('a new key', () => {
  test('seals new secrets, while the old one opens stored ones', async () => {
    const world = await createCrmWorld();
    const id = await world.authorize({ destination: WEBHOOK });
    const both = world.createTokens({ keys: [NEW_KEY, KEY] });
    const { token } = await both.get(id);
    await both.renew(id, token);
    const only = world.createTokens({ keys: [NEW_KEY] });
    const renewed = await only.get(id);
    // Tokens, client secret and signing secrets were all sealed again.
    expect((await only.renew(id, renewed.token)).token).not.toBe(renewed.token);
    const stored = await world.readStored(id);
    expect(await openSigningSecrets(createSecretBox([NEW_KEY]), stored, 0)).toHaveLength(1);
    await expect(openSigningSecrets(createSecretBox([KEY]), stored, 0)).rejects.toThrow();
  });

  test('without the old one makes secrets unreadable until the old one is back', async () => {
    const world = await createCrmWorld();
    const id = await world.authorize();
    const error = await world
      .createTokens({ keys: [NEW_KEY] })
      .get(id)
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(TokenUnavailable);
    expect(error).toMatchObject({ code: 'secrets_unreadable', isTransient: true });
    expect(await world.connections.get(id)).toMatchObject({
      status: 'degraded',
      reason: 'secrets_unreadable',
    });
    const tokens = world.createTokens();
    const { token } = await tokens.get(id);
    await tokens.renew(id, token);
    expect(await world.connections.get(id)).toMatchObject({ status: 'active', reason: undefined });
  });

  test('lets an administrator repair a connection whose secrets cannot be opened', async () => {
    const world = await createCrmWorld();
    const id = await world.authorize({ destination: WEBHOOK });
    const { store, crm } = world;
    const callbackUrl = 'https://app.example.com/exports/callback';
    const connections = createConnections({
      store,
      callbackUrl,
      keys: [NEW_KEY],
      allowLoopback: true,
    });
    const logIn = async () => {
      const back = await crm.approve(await connections.authorize(id, SESSION, 'ada'));
      return finishLogin(connections, id, back.searchParams, SESSION);
    };
    expect(await logIn()).toBe('client_rejected');
    await connections.update(id, { clientSecret: crm.clientSecret });
    expect(await logIn()).toBe('authorized');
    await connections.rotateSigningSecret(id, 0);
    const stored = await world.readStored(id);
    expect(await openSigningSecrets(createSecretBox([NEW_KEY]), stored, 0)).toHaveLength(1);
  });
});

test('a secret opens only for its own connection and purpose', async () => {
  const world = await createCrmWorld();
  const [id, other] = [await world.authorize(), await world.authorize()];
  const mine = await world.readStored(id);
  const swapped = async (changes: object) => {
    const stored = await world.readStored(other);
    const changed = { ...stored, ...changes, version: stored.version + 1 };
    expect(await world.store.replaceConnection(changed)).toBe(true);
  };
  for (const sealedTokens of [mine.sealedTokens, mine.sealedClientSecret, 'a', 'a.b.c.d.e']) {
    await swapped({ sealedTokens });
    await expect(world.createTokens().get(other)).rejects.toMatchObject({
      code: 'secrets_unreadable',
    });
  }
});

test('an attacker who writes other URLs into the store gets nothing sent there', async () => {
  const world = await createCrmWorld();
  const evil = await createCrmWorld();
  const { tokenEndpoint, revocationEndpoint, hookUrl } = evil.crm;
  for (const changes of [
    { tokenEndpoint },
    { revocationEndpoint },
    { destination: { kind: 'webhook', url: hookUrl } },
  ] as const) {
    const id = await world.authorize({ destination: WEBHOOK });
    const { token } = await world.createTokens().get(id);
    const stored = await world.readStored(id);
    await world.store.replaceConnection({ ...stored, ...changes, version: stored.version + 1 });
    const tokens = world.createTokens();
    const read = await tokens.get(id).catch((error) => error.code);
    expect(read).toBe('secrets_unreadable');
    await expect(tokens.renew(id, token)).rejects.toMatchObject({ code: 'secrets_unreadable' });
    // Also after an administrator tries to repair the connection.
    await world.connections.update(id, { clientSecret: world.crm.clientSecret });
    await world.connections.disconnect(id);
  }
  expect(evil.crm.requests).toEqual([]);
});

test('no stored record, result, report, error or URL holds a secret', async () => {
  const inner = createMemoryExportStore();
  const logins: StoredLogin[] = [];
  const store = overrideStore(inner, {
    insertLogin: (login, nowMs) => {
      logins.push(login);
      return inner.insertLogin(login, nowMs);
    },
  });
  const world = await createCrmWorld({ store });
  const { crm, connections } = world;
  const seen: unknown[] = [logins, world.failures];
  const codes: string[] = [];
  const note = (promise: Promise<unknown>) =>
    promise.then(
      (value) => seen.push(value),
      (error: Error) => seen.push(String(error), error.stack, { ...error }, error.cause),
    );
  const created = await connections.create(world.fillIn({ destination: WEBHOOK }));
  const { id, redirectUri } = created.connection;
  crm.redirectUris.add(redirectUri ?? '');
  // Once rejected by a provider that repeats what it got, once taken.
  for (const isRejected of [true, false]) {
    const url = await connections.authorize(id, SESSION, 'ada');
    seen.push(url.href, created.connection);
    const { searchParams } = await crm.approve(url);
    codes.push(searchParams.get('code') ?? '');
    const echo = `${crm.clientSecret} ${searchParams}`;
    const body = { error: 'invalid_grant', error_description: echo, secret: echo };
    if (isRejected) crm.fail('token', { status: 400, body });
    await note(finishLogin(connections, id, searchParams, SESSION));
    searchParams.append('error', crm.clientSecret);
    await note(finishLogin(connections, id, searchParams, SESSION));
  }
  const tokens = world.createTokens();
  const first = await tokens.get(id);
  const second = await tokens.renew(id, first.token);
  const grant = crm.grants[0];
  const echo = `${second.token} ${grant?.refreshToken}`;
  for (const fault of [
    { status: 400, body: { error: echo, error_description: echo } },
    { status: 400, body: { error: grant?.refreshToken } },
    { status: 400, body: { error: crm.clientSecret } },
    { status: 500, body: echo },
    { status: 200, body: { access_token: echo, refresh_token: echo } },
    'lose',
  ] as const) {
    crm.fail('token', fault);
    await note(tokens.renew(id, second.token));
  }
  await note(tokens.renew(id, second.token));
  crm.fail('revoke', { status: 400, body: { error: echo } }, 2);
  seen.push(await world.readStored(id), await connections.list());
  await note(connections.disconnect(id));
  await note(connections.create(world.fillIn({ name: '', issuer: crm.clientSecret })));
  const secrets = [
    ...[crm.clientSecret, created.signingSecret?.slice(6), SESSION, ...codes],
    ...[first.token, second.token, grant?.refreshToken, ...(grant?.rotated ?? [])],
    // Nor in what base64 makes of them.
    ...[crm.clientSecret, second.token].map((secret) => Buffer.from(secret).toString('base64url')),
  ];
  const text = JSON.stringify(seen);
  expect(world.failures.length).toBeGreaterThan(4);
  expect(secrets.length).toBeGreaterThan(9);
  for (const secret of secrets) {
    expect(secret).toMatch(/.{16}/);
    expect(text).not.toContain(secret);
  }
  // Errors show themselves in other ways too.
  for (const failure of world.failures) {
    for (const secret of secrets) expect(`${failure.stack}`).not.toContain(secret);
  }
});
