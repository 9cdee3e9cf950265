import { createHmac } from 'node:crypto';
import {
  createExports,
  createMemoryExportStore,
  type ExportEvent,
  type Exports,
  type ExportsOptions,
  type NewConnection,
} from '@mandate/exports';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Crm, startCrm } from '../support/crm/crm.js';
import { engagement, engagementStart } from './support/events.js';
import { finishLogin } from './support/finish-login.js';
import { toNewConnection } from './support/new-connection.js';

const SESSION = 'a-cookie-that-nobody-guesses';
const KEY = new Uint8Array(32).fill(7);

/** Exports to a CRM, with nothing but the network between them. */
class Office {
  readonly crm: Crm;
  readonly events: ExportEvent[] = [];
  readonly errors: unknown[] = [];
  readonly clock = { ms: Date.UTC(2026, 0, 1) };
  readonly options: ExportsOptions;
  readonly exports: Exports;

  constructor(crm: Crm, options: Partial<ExportsOptions>) {
    this.crm = crm;
    this.options = {
      store: createMemoryExportStore(),
      keys: [KEY],
      callbackUrl: 'https://app.example.com/exports/callback',
      allowLoopback: true,
      now: () => this.clock.ms,
      onEvent: (event) => this.events.push(event),
      onError: (error) => this.errors.push(error),
      ...options,
    };
    this.exports = createExports(this.options);
  }

  /** @returns the connection's id and its signing secret, if it has one. */
  async connect(changes: Partial<NewConnection> = {}): Promise<readonly [string, string]> {
    const { crm } = this;
    const { connection, signingSecret = '' } = await this.exports.connections.create({
      ...toNewConnection(crm),
      name: 'CRM',
      destination: {
        kind: 'salesforce',
        object: 'Engagement__c',
        externalIdField: 'EngagementId__c',
        fields: { Type__c: 'engagement.type', Source__c: 'source' },
        apiVersion: 'v62.0',
      },
      ...changes,
    });
    crm.redirectUris.add(connection.redirectUri ?? '');
    await this.logIn(connection.id);
    return [connection.id, signingSecret];
  }

  async logIn(id: string): Promise<void> {
    const { connections } = this.exports;
    const back = await this.crm.approve(await connections.authorize(id, SESSION, 'ada'));
    const result = await finishLogin(connections, id, back.searchParams, SESSION);
    expect(result).toBe('authorized');
  }

  after(seconds: number): Promise<number> {
    this.clock.ms += seconds * 1000;
    return this.exports.worker.runOnce();
  }

  types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }
}

async function open(options: Partial<ExportsOptions> = {}): Promise<Office> {
  const crm = await startCrm();
  onTestFinished(() => crm.close());
  return new Office(crm, options);
}

describe('from the log-in to the record', () => {
  test('an engagement arrives, and its start and end fill one record', async () => {
    const office = await open();
    await office.connect();
    await office.exports.enqueue(engagementStart('e-1', { source: 'api' }));
    await office.exports.enqueue(engagement('e-1'));
    expect(await office.exports.worker.runOnce()).toBe(2);
    expect(office.crm.records.get('e-1')).toMatchObject({
      fields: { Type__c: 'reactive', Source__c: 'button_embed' },
      writes: 2,
    });
  });

  test('an event whose answer was lost makes one record', async () => {
    const office = await open();
    await office.connect();
    office.crm.fail('records', 'lose');
    await office.exports.enqueue(engagement('e-1'));
    await office.after(0);
    await office.after(10);
    expect(office.crm.records.size).toBe(1);
    expect(office.crm.records.get('e-1')?.writes).toBe(2);
    expect(office.types()).toEqual(['paused', 'failed', 'delivered', 'recovered']);
  });

  test('an expired session causes one renewal, however many events are sent', async () => {
    const office = await open();
    await office.connect();
    for (let i = 0; i < 8; i++) await office.exports.enqueue(engagement(`e-${i}`));
    office.crm.killSessions();
    await office.after(0);
    expect(office.crm.records.size).toBe(8);
    expect(office.crm.count('refresh_token')).toBe(1);
    expect(office.types()).toEqual(Array(8).fill('delivered'));
  });

  test('a revoked grant is reported, and its events arrive after the next log-in', async () => {
    const office = await open();
    const [id] = await office.connect();
    office.crm.revokeGrants();
    await office.exports.enqueue(engagement('e-1'));
    await office.after(0);
    expect(office.events).toEqual([
      { type: 'needs_reauthorization', connectionId: id, reason: 'grant_revoked' },
    ]);
    expect((await office.exports.connections.get(id)).status).toBe('needs_reauthorization');
    await office.exports.enqueue(engagement('e-2'));
    expect(await office.after(24 * 3600)).toBe(0);
    await office.logIn(id);
    expect(await office.after(0)).toBe(2);
    expect([...office.crm.records.keys()].sort()).toEqual(['e-1', 'e-2']);
  });

  test('a revoked grant is reported also without deliveries', async () => {
    const office = await open();
    const [connectionId] = await office.connect();
    office.crm.revokeGrants();
    await office.after(25 * 3600);
    const reason = 'grant_revoked';
    expect(office.events).toEqual([{ type: 'needs_reauthorization', connectionId, reason }]);
    await office.after(25 * 3600);
    expect(office.events).toHaveLength(1);
  });

  test('a revoked grant is reported once, however many events are sent', async () => {
    const office = await open();
    await office.connect();
    for (let i = 0; i < 8; i++) await office.exports.enqueue(engagement(`e-${i}`));
    office.crm.revokeGrants();
    await office.after(0);
    expect(office.types()).toEqual(['needs_reauthorization']);
  });

  test('a connection that is disconnected during a delivery needs no person', async () => {
    const office = await open();
    const [id] = await office.connect();
    await office.exports.enqueue(engagement('e-1'));
    office.crm.beforeAnswer = async ({ part }) => {
      if (part === 'records') await office.exports.connections.disconnect(id);
    };
    office.crm.killSessions();
    await office.after(0);
    expect(office.types()).not.toContain('needs_reauthorization');
    expect(office.crm.records.size).toBe(0);
  });

  test('a provider that is down pauses the connection and costs no attempt', async () => {
    const office = await open();
    const [id] = await office.connect();
    office.crm.killSessions();
    office.crm.fail('token', 'unavailable', 3);
    await office.exports.enqueue(engagement('e-1'));
    for (let i = 0; i < 4; i++) await office.after(3600);
    expect(office.crm.records.size).toBe(1);
    expect(office.types()).toContain('paused');
    const { items } = await office.exports.listDeliveries({}, { limit: 1 });
    expect(items).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    expect(await office.exports.connections.get(id)).toMatchObject({
      status: 'active',
      reason: undefined,
      pausedUntil: undefined,
      failingSince: undefined,
    });
  });

  test.each(['error', 'unavailable', 'throttle', 'garbage', 'close', 'redirect'] as const)(
    'a receiver with the fault %s gets it in the end',
    async (fault) => {
      const office = await open();
      await office.connect();
      office.crm.fail('records', fault, 3);
      await office.exports.enqueue(engagement('e-1'));
      for (let i = 0; i < 4; i++) await office.after(3600);
      expect(office.crm.records.get('e-1')?.writes).toBe(1);
      expect(office.types().at(-1)).toBe('recovered');
    },
  );

  test('idle grants are kept alive', async () => {
    const office = await open();
    await office.connect();
    for (let hour = 0; hour < 49; hour++) await office.after(3600);
    expect(office.crm.count('refresh_token')).toBe(2);
  });
});

describe('a webhook', () => {
  const generic = (crm: Crm): Partial<NewConnection> => ({
    preset: 'generic',
    clientAuthentication: 'client_secret_post',
    scopes: ['api', 'refresh_token'],
    destination: { kind: 'webhook', url: crm.hookUrl },
  });

  test('is signed with the secret that create returned, and with the next one after a rotation', async () => {
    const office = await open();
    const [id, secret] = await office.connect(generic(office.crm));
    await office.exports.enqueue(engagement('e-1'));
    await office.after(0);
    const rotated = await office.exports.connections.rotateSigningSecret(id, 3600);
    await office.exports.enqueue(engagement('e-2'));
    await office.after(0);
    await office.exports.enqueue(engagement('e-3'));
    await office.after(3601);
    const isSigned = (index: number, by = '') => {
      const { headers, body } = office.crm.posts[index]!;
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const key = Buffer.from(by.replace('whsec_', ''), 'base64');
      const signature = createHmac('sha256', key).update(signed).digest('base64');
      return String(headers['webhook-signature']).split(' ').includes(`v1,${signature}`);
    };
    const checked = [0, 1, 2].map((i) => [isSigned(i, secret), isSigned(i, rotated.signingSecret)]);
    expect(checked).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
  });

  test('waits while the key of its secrets is missing', async () => {
    const office = await open();
    const [id] = await office.connect(generic(office.crm));
    await office.exports.enqueue(engagement('e-1'));
    const other = new Office(office.crm, {
      store: office.options.store,
      keys: [new Uint8Array(32).fill(8)],
    });
    await other.after(0);
    expect(office.crm.posts).toEqual([]);
    expect(await other.exports.connections.get(id)).toMatchObject({
      status: 'degraded',
      reason: 'secrets_unreadable',
    });
    await office.after(3600);
    expect(office.crm.posts).toHaveLength(1);
  });
});

test('no event or error holds a token, a secret or a payload', async () => {
  const office = await open();
  const [id] = await office.connect();
  office.crm.fail('records', { status: 400, body: [{ message: 'tok', errorCode: 'BAD' }] });
  await office.exports.enqueue(engagement('e-1'));
  await office.after(0);
  office.crm.revokeGrants();
  await office.exports.enqueue(engagement('e-2'));
  await office.after(0);
  expect(office.types()).toEqual(['dead', 'needs_reauthorization']);
  expect(office.errors.length).toBeGreaterThan(0);
  const list = await office.exports.listDeliveries({}, { limit: 10 });
  const told = JSON.stringify([
    office.events,
    office.errors.map((error) => [String(error), error, (error as Error).stack]),
    list,
    await office.exports.connections.get(id),
  ]);
  const secrets = office.crm.grants.flatMap((grant) => [...grant.accessTokens]);
  for (const secret of [...secrets, office.crm.clientSecret, 'john@']) {
    expect(told).not.toContain(secret);
  }
});

test('createExports throws without a store', () => {
  const options = { keys: [KEY], callbackUrl: 'https://app.example.com/exports/callback' };
  expect(() => createExports(options as unknown as ExportsOptions)).toThrow(TypeError);
});

test.each([
  { keys: [] },
  { keys: [new Uint8Array(16)] },
  { callbackUrl: 'ftp://app.example.com' },
  { concurrency: 0 },
  { receiverTimeoutMs: 0 },
  { allowLoopback: 'false' as unknown as boolean },
])('options that cannot work are rejected: %j', async (options) => {
  await expect(open(options)).rejects.toThrow(TypeError);
});
