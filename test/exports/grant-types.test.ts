import { randomBytes } from 'node:crypto';
import {
  createExports,
  createMemoryExportStore,
  type ExportEvent,
  type NewConnection,
  type ProviderFailure,
} from '@mandate/exports';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { engagement, SITE } from './support/events.js';
import { finishLogin } from './support/finish-login.js';
import { OAUTH2_CLIENT, startOAuth2Server } from './support/oauth2-server.js';
import { answer, createReceiver } from './support/receiver.js';

const SESSION = 'a-cookie-that-nobody-guesses';

function createWorld() {
  const store = createMemoryExportStore();
  const failures: unknown[] = [];
  const events: ExportEvent[] = [];
  const crmExports = createExports({
    store,
    keys: [randomBytes(32)],
    callbackUrl: 'https://app.example.com/callback',
    allowLoopback: true,
    onError: (failure) => void failures.push(failure),
    onEvent: (event) => void events.push(event),
  });
  return { ...crmExports, store, failures: failures as ProviderFailure[], events };
}

/** A connection to a real authorization server, which is also the receiver. */
async function connect(changes: Partial<NewConnection> = {}) {
  const server = await startOAuth2Server();
  const world = createWorld();
  const isLogin = changes.grantType === undefined;
  const { connection } = await world.connections.create({
    preset: 'generic',
    name: 'Events',
    siteId: SITE,
    ...(isLogin && { authorizationEndpoint: `${server.url}/authorize` }),
    tokenEndpoint: `${server.url}/token`,
    clientId: OAUTH2_CLIENT.id,
    clientSecret: OAUTH2_CLIENT.secret,
    clientAuthentication: 'client_secret_basic_raw',
    destination: { kind: 'webhook', url: `${server.url}/hook` },
    ...changes,
  });
  const { id } = connection;
  server.redirectUris.push(connection.redirectUri ?? '');
  const logIn = async () => {
    const url = await world.connections.authorize(id, SESSION, 'ada');
    const response = await fetch(url, { redirect: 'manual' });
    const back = new URL(response.headers.get('location') ?? '');
    return finishLogin(world.connections, id, back.searchParams, SESSION);
  };
  const send = async (engagementId: string) => {
    await world.enqueue(engagement(engagementId));
    await world.worker.runOnce();
  };
  return { ...world, server, id, logIn, send };
}

describe('the authorization code grant with @node-oauth/oauth2-server', () => {
  test.each([true, false])('delivers, with pkce: %s', async (pkce) => {
    const { connections, id, logIn, send, server } = await connect({ pkce });
    const url = await connections.authorize(id, SESSION, 'ada');
    expect(url.searchParams.has('code_challenge')).toBe(pkce);
    expect(await logIn()).toBe('authorized');
    await send('e-1');
    expect(server.received).toHaveLength(1);
  });

  test('refreshes with rotation, and needs a person when the refresh is rejected', async () => {
    const { connections, id, logIn, send, server, failures } = await connect();
    await logIn();
    for (const name of ['e-1', 'e-2', 'e-3']) {
      server.expire();
      await send(name);
    }
    expect(server.received).toHaveLength(3);
    expect(server.requests.map(({ grantType }) => grantType)).toEqual([
      'authorization_code',
      'refresh_token',
      'refresh_token',
      'refresh_token',
    ]);
    server.revoke();
    await send('e-4');
    expect(await connections.get(id)).toMatchObject({
      status: 'needs_reauthorization',
      reason: 'grant_revoked',
    });
    expect(failures).toMatchObject([{ operation: 'refresh', error: 'invalid_grant' }]);
    expect(await logIn()).toBe('authorized');
  });

  test('rejects form-encoded HTTP Basic, as this server does not decode it', async () => {
    const { logIn } = await connect({ clientAuthentication: 'client_secret_basic' });
    expect(await logIn()).toBe('client_rejected');
  });
});

describe('the client credentials grant', () => {
  test('needs no person: the first event requests a token, and the next uses it', async () => {
    const { connections, id, send, server } = await connect({ grantType: 'client_credentials' });
    expect(await connections.get(id)).toMatchObject({
      status: 'active',
      authorizationEndpoint: undefined,
    });
    await send('e-1');
    await send('e-2');
    expect(server.received).toHaveLength(2);
    expect(server.requests).toEqual([{ grantType: 'client_credentials', isAccepted: true }]);
  });

  test('requests another token when the receiver rejects the first', async () => {
    const { send, server } = await connect({ grantType: 'client_credentials' });
    await send('e-1');
    server.expire();
    await send('e-2');
    server.revoke();
    await send('e-3');
    expect(server.received).toHaveLength(3);
    expect(server.requests).toHaveLength(3);
  });

  test('that is rejected needs a person, and a new secret repairs it', async () => {
    const { connections, id, send, server, failures } = await connect({
      grantType: 'client_credentials',
      clientSecret: 'wrong',
    });
    await send('e-1');
    expect(await connections.get(id)).toMatchObject({
      status: 'needs_reauthorization',
      reason: 'client_rejected',
    });
    expect(failures).toMatchObject([{ operation: 'client_credentials', error: 'invalid_client' }]);
    await connections.update(id, { clientSecret: OAUTH2_CLIENT.secret });
    await send('e-2');
    expect(server.received).toHaveLength(2);
  });

  test('has no log-in; disconnect disables it, and enable resumes it', async () => {
    const { connections, id, send, server, store } = await connect({
      grantType: 'client_credentials',
    });
    await expect(connections.authorize(id, SESSION, 'ada')).rejects.toMatchObject({
      code: 'conflict',
    });
    await send('e-1');
    expect(await connections.disconnect(id)).toMatchObject({ status: 'disabled' });
    expect((await store.getConnection(id))?.sealedTokens).toBeUndefined();
    expect(await connections.enable(id)).toMatchObject({ status: 'active' });
    await send('e-2');
    expect(server.requests).toHaveLength(2);
  });

  test('never sends a token to a receiver that was configured after it', async () => {
    const { connections, id, send, server } = await connect({ grantType: 'client_credentials' });
    await send('e-1');
    const receiver = await createReceiver();
    await connections.update(id, { destination: { kind: 'webhook', url: `${receiver.origin}/` } });
    await send('e-2');
    expect(server.requests).toHaveLength(2);
    const [first] = server.received;
    expect(first).toBeDefined();
    expect(receiver.received[0]?.headers['authorization']).toMatch(/^Bearer /);
  });
});

describe('a webhook without OAuth', () => {
  const VALUE = 'Api-Key 9f8e7d6c5b4a';

  async function connectTo(header?: NewConnection['header']) {
    const receiver = await createReceiver();
    const world = createWorld();
    const { connection, signingSecret = '' } = await world.connections.create({
      preset: 'generic',
      grantType: 'none',
      name: 'Events',
      siteId: SITE,
      destination: { kind: 'webhook', url: `${receiver.origin}/events` },
      header,
    });
    const send = async (engagementId: string) => {
      await world.enqueue(engagement(engagementId));
      await world.worker.runOnce();
      return receiver.received.at(-1);
    };
    return { ...world, receiver, signingSecret, connection, id: connection.id, send };
  }

  test('is active at once, and its signature alone proves the sender', async () => {
    const { connection, signingSecret, send } = await connectTo();
    expect(connection).toMatchObject({ status: 'active', clientId: undefined, scopes: [] });
    const got = await send('e-1');
    expect(got?.headers['authorization']).toBeUndefined();
    new Webhook(signingSecret).verify(got?.body ?? '', got?.headers as Record<string, string>);
  });

  test.each(['Authorization', 'X-Api-Key'])(
    'sends a static %s, sealed and never shown',
    async (name) => {
      const { connection, connections, id, store, send } = await connectTo({ name, value: VALUE });
      expect(connection.headerName).toBe(name);
      const got = await send('e-1');
      expect(got?.headers[name.toLowerCase()]).toBe(VALUE);
      const shown = [connection, await connections.get(id), await store.getConnection(id)];
      expect(JSON.stringify(shown)).not.toContain(VALUE);
    },
  );

  test('keeps its header through updates, and enters it again for another host', async () => {
    const { connections, id, send } = await connectTo({ name: 'X-Api-Key', value: VALUE });
    await connections.update(id, { name: 'Other' });
    expect((await send('e-1'))?.headers['x-api-key']).toBe(VALUE);
    const other = await createReceiver();
    const destination = { kind: 'webhook', url: `${other.origin}/` } as const;
    await expect(connections.update(id, { destination })).rejects.toMatchObject({
      issues: [{ path: 'header' }],
    });
    await connections.update(id, { destination, header: { name: 'X-Api-Key', value: 'new' } });
    await send('e-2');
    expect(other.received[0]?.headers['x-api-key']).toBe('new');
    await connections.update(id, { header: undefined });
    await send('e-3');
    expect(other.received[1]?.headers['x-api-key']).toBeUndefined();
  });

  test('whose header is rejected is degraded, and asks no provider', async () => {
    const { connections, id, receiver, send } = await connectTo({ name: 'X-Key', value: VALUE });
    receiver.always(answer(401));
    await send('e-1');
    expect(receiver.received).toHaveLength(1);
    expect(await connections.get(id)).toMatchObject({
      status: 'degraded',
      reason: 'token_refused',
    });
  });

  test.each([
    'Host',
    'Content-Type',
    'webhook-signature',
    'Transfer-Encoding',
    'User-Agent',
    'a b',
    'x:',
  ])('rejects the header name %s', async (name) => {
    await expect(connectTo({ name, value: 'a' })).rejects.toMatchObject({
      issues: [{ path: 'header.name' }],
    });
  });

  test.each(['', ' a', 'a\r\nx: y', 'ä', 'a'.repeat(2001)])(
    'rejects the value %j',
    async (value) => {
      await expect(connectTo({ name: 'X-Key', value })).rejects.toMatchObject({
        issues: [{ path: 'header.value', message: 'must be printable ASCII' }],
      });
    },
  );

  test('takes no settings of OAuth, and OAuth takes no header', async () => {
    const { connections } = createWorld();
    const base = { preset: 'generic', name: 'a', siteId: 's' } as const;
    const destination = { kind: 'webhook', url: 'https://hooks.example.com' } as const;
    await expect(
      connections.create({ ...base, destination, grantType: 'none', clientId: 'c', scopes: [] }),
    ).rejects.toMatchObject({ issues: [{ path: 'clientId' }, { path: 'scopes' }] });
    await expect(
      connections.create({ ...base, destination, header: { name: 'x-a', value: 'b' } }),
    ).rejects.toMatchObject({
      issues: [
        { path: 'authorizationEndpoint' },
        { path: 'tokenEndpoint' },
        { path: 'clientId' },
        { path: 'clientSecret' },
        { path: 'header' },
      ],
    });
  });
});
