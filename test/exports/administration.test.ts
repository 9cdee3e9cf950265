import { createExports, createMemoryExportStore, type ExportError } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { TokenUnavailable } from '../../packages/exports/src/tokens/access-tokens.js';
import { engagement, engagementStart, SITE } from './support/events.js';
import { answer, hang, reject, rejectToken } from './support/receiver.js';
import { createWorld, type World } from './support/world.js';

async function codeOf(rejected: Promise<unknown>): Promise<string> {
  const error = await rejected.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (error as ExportError | undefined)?.code ?? String(error);
}

test('createExports has the operations of administrators', () => {
  const { countDeliveries, replayDead, sendTest } = createExports({
    store: createMemoryExportStore(),
    keys: [new Uint8Array(32)],
    callbackUrl: 'https://app.example.com/exports/callback',
  });
  const kinds = [countDeliveries, replayDead, sendTest].map((method) => typeof method);
  expect(kinds).toEqual(['function', 'function', 'function']);
});

describe('counts', () => {
  test('are those of one connection, with 24 hours', async () => {
    const world = await createWorld({ retryDelaysSeconds: [0] });
    await world.connect();
    const startMs = Math.floor(world.clock.ms / 3_600_000) * 3_600_000;
    await world.outbox.enqueue(engagement('too long ago'));
    await world.worker.runOnce();
    await world.after(23 * 3600);
    await world.outbox.enqueue(engagement('delivered'));
    await world.after(3600);
    world.receiver.next(answer(422));
    await world.outbox.enqueue(engagement('dead'));
    await world.after(0);
    await world.outbox.enqueue(engagement('waiting'));
    const counts = await world.administration.countDeliveries('crm');
    expect(counts).toMatchObject({
      ...{ delivered: 1, waiting: 1, dead: 1 },
      oldestWaitingAt: new Date(world.clock.ms),
    });
    expect(counts.hours).toHaveLength(24);
    expect(counts.hours[0]).toEqual({
      startsAt: new Date(startMs + 3_600_000),
      ...{ delivered: 0, dead: 0 },
    });
    expect(counts.hours.at(-1)).toEqual({
      startsAt: new Date(startMs + 24 * 3_600_000),
      ...{ delivered: 1, dead: 1 },
    });
  });

  test('of an unknown connection are not found', async () => {
    const world = await createWorld();
    expect(await codeOf(world.administration.countDeliveries('none'))).toBe('not_found');
  });
});

describe('replayDead', () => {
  test('sends many dead events again, by time and kind', async () => {
    const world = await createWorld();
    await world.connect();
    world.receiver.always(answer(422));
    for (const event of [engagementStart('e-1'), engagement('e-1'), engagement('e-2')]) {
      await world.outbox.enqueue(event);
      await world.after(3600);
    }
    await world.after(3600);
    const createdBefore = new Date(world.clock.ms - 3 * 3_600_000 + 1);
    world.receiver.always(answer(204));
    const { administration } = world;
    expect(await administration.replayDead({ exportType: 'engagement', createdBefore })).toBe(1);
    expect(await administration.replayDead({ failure: 'unreadable' })).toBe(0);
    await world.after(3600);
    const statuses = async () => (await world.deliveries()).map(({ status }) => status);
    expect(await statuses()).toEqual(['dead', 'delivered', 'dead']);
    expect(await administration.replayDead({}, 1)).toBe(1);
    expect(await administration.replayDead({ connectionId: 'other' })).toBe(0);
    expect(await administration.replayDead({})).toBe(1);
    await world.after(3600);
    expect(await statuses()).toEqual(['delivered', 'delivered', 'delivered']);
  });

  test.each([
    [{}, 0],
    [{}, 1001],
    [{}, 1.5],
    [{ createdFrom: new Date(Number.NaN) }, 1],
    [{ createdBefore: '2026-01-01' as never }, 1],
  ])('rejects %j with the limit %d', async (filter, limit) => {
    const world = await createWorld();
    expect(await codeOf(world.administration.replayDead(filter, limit))).toBe('invalid');
  });

  test('rejects an unknown condition, which would replay more than was meant', async () => {
    const world = await createWorld();
    const misspelt = { createdAfter: new Date() } as never;
    await expect(world.administration.replayDead(misspelt)).rejects.toThrow(TypeError);
  });
});

const SALESFORCE = {
  kind: 'salesforce',
  object: 'Engagement__c',
  externalIdField: 'Id__c',
  fields: { Type__c: 'engagement.type' },
  apiVersion: 'v62.0',
} as const;

async function unchanged(world: World): Promise<void> {
  expect(await world.deliveries()).toEqual([]);
  expect(world.events).toEqual([]);
  expect(await world.connection()).toMatchObject({ status: 'active', version: 1 });
}

describe('a test event', () => {
  test('is signed like any other, and is not stored', async () => {
    const world = await createWorld();
    await world.connect();
    expect(await world.administration.sendTest('crm')).toEqual({
      ...{ isAccepted: true, failure: undefined, reason: undefined, responseStatus: 204 },
    });
    const { headers, body } = world.receiver.received[0]!;
    expect(JSON.parse(body)).toEqual({
      ...{ export_type: 'test', site_id: SITE, sent_at: new Date(world.clock.ms).toISOString() },
    });
    expect(headers).toMatchObject({
      authorization: 'Bearer token-1',
      'webhook-id': expect.stringMatching(/^test-/),
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
    await unchanged(world);
  });

  test.each([
    [answer(403), 'receiver_refused', 403],
    [answer(422), 'rejected', 422],
    [answer(410), 'gone', 410],
    [answer(302), 'redirected', 302],
    [answer(500), 'receiver_unavailable', 500],
    [hang, 'receiver_unavailable', undefined],
  ])('reports why it was not accepted, and changes nothing', async (behaviour, failure, status) => {
    const world = await createWorld({ receiverTimeoutMs: 300 });
    await world.connect();
    world.receiver.next(behaviour);
    expect(await world.administration.sendTest('crm')).toEqual({
      ...{ isAccepted: false, failure, reason: undefined, responseStatus: status },
    });
    await unchanged(world);
  });

  test('is sent again with a new token if the first is rejected', async () => {
    const world = await createWorld();
    await world.connect();
    world.receiver.always(rejectToken('token-1'));
    expect(await world.administration.sendTest('crm')).toMatchObject({ isAccepted: true });
  });

  test('is not sent without a token, and the reason is returned', async () => {
    const world = await createWorld();
    await world.connect();
    world.tokens.fault = new TokenUnavailable('provider_unavailable', true);
    expect(await world.administration.sendTest('crm')).toEqual({
      ...{ isAccepted: false, failure: undefined, responseStatus: undefined },
      reason: 'provider_unavailable',
    });
    expect(world.receiver.received).toEqual([]);
  });

  test.each(['unauthorized', 'needs_reauthorization', 'disabled'] as const)(
    'is a conflict while the connection is %s',
    async (status) => {
      const world = await createWorld();
      await world.connect({ status });
      expect(await codeOf(world.administration.sendTest('crm'))).toBe('conflict');
      expect(await codeOf(world.administration.sendTest('none'))).toBe('not_found');
      expect(world.receiver.received).toEqual([]);
    },
  );

  // REST API Developer Guide, Query, parameter explain:
  // developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query_explain.htm
  test('asks Salesforce for the object and its fields, and writes no record', async () => {
    const world = await createWorld();
    await world.connect({ preset: 'salesforce', destination: SALESFORCE });
    world.receiver.next(answer(200, {}, '{"plans":[{"cardinality":1}]}'));
    expect(await world.administration.sendTest('crm')).toMatchObject({ isAccepted: true });
    const query = encodeURIComponent('SELECT Id__c,Type__c FROM Engagement__c');
    expect(world.receiver.received).toMatchObject([
      { method: 'GET', path: `/services/data/v62.0/query/?explain=${query}`, body: '' },
    ]);
  });

  test.each([
    ['an unknown field', reject(400, 'INVALID_FIELD'), 'destination_invalid'],
    ['a disabled API', reject(403, 'API_DISABLED_FOR_ORG'), 'api_disabled'],
    ['a retired version', answer(410), 'api_version_retired'],
    ['a page', answer(200, {}, '<html>'), 'receiver_unavailable'],
    ['nothing', answer(204), 'receiver_unavailable'],
  ])('is not accepted if Salesforce answers with %s', async (_title, behaviour, failure) => {
    const world = await createWorld();
    await world.connect({ preset: 'salesforce', destination: SALESFORCE });
    world.receiver.next(behaviour);
    const result = await world.administration.sendTest('crm');
    expect(result).toMatchObject({ isAccepted: false, failure });
    await unchanged(world);
  });
});
