import type { SalesforceDestination } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { engagement, engagementStart, presenceUpdate } from './support/events.js';
import { answer, type Behaviour, breakOff, reject } from './support/receiver.js';
import { createWorld, type World } from './support/world.js';

const DESTINATION: SalesforceDestination = {
  kind: 'salesforce',
  object: 'Engagement__c',
  externalIdField: 'EngagementId__c',
  fields: {},
  apiVersion: 'v62.0',
};

async function createOrg(fields: Record<string, string> = {}): Promise<World> {
  const world = await createWorld();
  await world.connect({ preset: 'salesforce', destination: { ...DESTINATION, fields } });
  return world;
}

describe('an engagement', () => {
  test('is upserted by its id, with the mapped fields', async () => {
    const world = await createOrg({
      Type__c: 'engagement.type',
      Seconds__c: 'engagement.duration',
      Audio__c: 'audio_used',
      Notes__c: 'notes',
      Operators__c: 'operators',
      Operator__c: 'operators.0.name',
    });
    await world.outbox.enqueue(engagement('e-1', { notes: null }));
    await world.worker.runOnce();
    const [received] = world.receiver.received;
    expect(received).toMatchObject({
      method: 'PATCH',
      path: '/services/data/v62.0/sobjects/Engagement__c/EngagementId__c/e-1',
    });
    expect(received?.headers['authorization']).toBe('Bearer token-1');
    expect(received?.headers['content-type']).toBe('application/json');
    expect(received?.headers['user-agent']).toBe('Mandate-Exports');
    expect(received?.headers['accept']).toBe('application/json, */*;q=0.1');
    expect(JSON.parse(received?.body ?? '')).toEqual({
      Type__c: 'reactive',
      Seconds__c: 61,
      Audio__c: false,
      Notes__c: null,
      Operators__c: '[{"id":"operator-1","name":"Jordan","email":"jordan@example.com"}]',
      Operator__c: 'Jordan',
    });
  });

  test('leaves the fields of missing members unchanged, and never repeats the id in the body', async () => {
    const world = await createOrg({
      EngagementId__c: 'engagement_id',
      Type__c: 'engagement.type',
      Source__c: 'source',
      Odd__c: 'source.length',
      Odder__c: 'constructor.name',
    });
    await world.outbox.enqueue(engagementStart('e-1'));
    await world.worker.runOnce();
    expect(JSON.parse(world.receiver.received[0]?.body ?? '')).toEqual({
      Source__c: 'button_embed',
    });
  });

  test.each([
    ['a/../../../chatter', 'a%2F..%2F..%2F..%2Fchatter'],
    ['a?b#c&d=é', 'a%3Fb%23c%26d%3D%C3%A9'],
    ['e-1.com', 'e-1.com'],
    ['%2e%2e', '%252e%252e'],
  ])('whose id is %j stays in its place in the path', async (id, segment) => {
    const world = await createOrg();
    await world.outbox.enqueue(engagement(id));
    await world.worker.runOnce();
    expect(world.receiver.received[0]?.path).toBe(
      `/services/data/v62.0/sobjects/Engagement__c/EngagementId__c/${segment}`,
    );
  });

  test.each(['.', '..'])(
    'whose id is %j is not sent, because a path cannot hold it',
    async (id) => {
      const world = await createOrg();
      await world.outbox.enqueue(engagement(id));
      await world.worker.runOnce();
      expect(world.receiver.received).toEqual([]);
      expect(await world.deliveries()).toMatchObject([{ status: 'dead', failure: 'unreadable' }]);
      expect(await world.connection()).toMatchObject({
        status: 'degraded',
        reason: 'events_rejected',
      });
    },
  );
});

test('an engagement whose id is too long for a URL is dead, and the connection stays healthy', async () => {
  const world = await createOrg();
  await world.outbox.enqueue(engagement('会'.repeat(255)));
  await world.outbox.enqueue(engagement('e-1'));
  await world.worker.runOnce();
  expect(await world.deliveries()).toMatchObject([
    { status: 'dead', failure: 'unreadable' },
    { status: 'delivered' },
  ]);
  expect(await world.connection()).toMatchObject({ status: 'active', failingSinceMs: undefined });
});

describe('an answer', () => {
  test.each<[string, Behaviour]>([
    ['201', answer(201, {}, '{"id":"a00","success":true,"created":true}')],
    ['200', answer(200, {}, '{"id":"a00","success":true,"created":false}')],
    ['204', answer(204)],
  ])('%s is a success', async (_title, behaviour) => {
    const world = await createOrg();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.next(behaviour);
    await world.worker.runOnce();
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered' }]);
  });

  test.each<[string, Behaviour, string, string]>([
    ['300', answer(300, {}, '["/a/1","/a/2"]'), 'dead', 'ambiguous'],
    ['400', reject(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION'), 'dead', 'rejected'],
    ['403', reject(403, 'INSUFFICIENT_ACCESS'), 'dead', 'forbidden'],
    ['an unknown field', reject(400, 'INVALID_FIELD'), 'pending', 'destination_invalid'],
    ['an unknown type', reject(400, 'INVALID_TYPE'), 'pending', 'destination_invalid'],
    ['an unknown object', reject(404, 'NOT_FOUND'), 'pending', 'destination_invalid'],
    ['400 of a locked row', reject(400, 'UNABLE_TO_LOCK_ROW'), 'pending', 'receiver_unavailable'],
    ['503', reject(503, 'SERVER_UNAVAILABLE'), 'pending', 'receiver_unavailable'],
    ['403 of a quota', reject(403, 'REQUEST_LIMIT_EXCEEDED'), 'pending', 'quota_exceeded'],
    [
      'a token error',
      answer(403, {}, '{"error":"REQUEST_LIMIT_EXCEEDED"}'),
      ...(['pending', 'receiver_refused'] as const),
    ],
    [
      'odd JSON',
      answer(403, {}, '[null,{"errorCode":{}},"x",7]'),
      ...(['pending', 'receiver_refused'] as const),
    ],
    ['403 of a firewall', answer(403, {}, '<html>Denied</html>'), 'pending', 'receiver_refused'],
    ['404 of a proxy', answer(404, {}, '<html>None</html>'), 'pending', 'receiver_refused'],
    ['400 that breaks off', breakOff(400), 'pending', 'receiver_refused'],
    ['202 of a proxy', answer(202, {}, 'queued'), 'pending', 'receiver_unavailable'],
    [
      '200 with an error',
      answer(200, {}, '{"id":null,"success":false,"errors":[{}]}'),
      ...(['pending', 'receiver_unavailable'] as const),
    ],
    ['201 that breaks off', breakOff(201), 'pending', 'receiver_unavailable'],
    ['413 of a proxy', answer(413), 'dead', 'rejected'],
    ['an odd code', reject(400, 'constructor'), 'dead', 'rejected'],
    [
      '200 with a page',
      answer(200, {}, '<html>Be right back</html>'),
      'pending',
      'receiver_unavailable',
    ],
    ['200 with nothing', answer(200), 'pending', 'receiver_unavailable'],
    ['no JSON', answer(500, {}, '<html>'), 'pending', 'receiver_unavailable'],
  ])('%s', async (_title, behaviour, status, failure) => {
    const world = await createOrg();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.next(behaviour);
    await world.worker.runOnce();
    expect(await world.deliveries()).toMatchObject([{ status, failure }]);
  });
});

// Status Codes and Error Responses (REST API Developer Guide) and Core Data Types Used in API Calls (SOAP
// API Developer Guide): developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm,
// …/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm. 410: API End-of-Life,
// …/atlas.en-us.api_rest.meta/api_rest/api_rest_eol.htm.
describe('an error of the whole org pauses the connection, is probed, and costs no event', () => {
  test.each<[string, Behaviour, string]>([
    ['STORAGE_LIMIT_EXCEEDED', reject(403, 'STORAGE_LIMIT_EXCEEDED'), 'storage_exceeded'],
    ['EXCEEDED_QUOTA', reject(400, 'EXCEEDED_QUOTA'), 'storage_exceeded'],
    ['API_DISABLED_FOR_ORG', reject(403, 'API_DISABLED_FOR_ORG'), 'api_disabled'],
    ['API_CURRENTLY_DISABLED', reject(403, 'API_CURRENTLY_DISABLED'), 'api_disabled'],
    ['ORG_LOCKED', reject(403, 'ORG_LOCKED'), 'org_locked'],
    ['FUNCTIONALITY_NOT_ENABLED', reject(403, 'FUNCTIONALITY_NOT_ENABLED'), 'feature_disabled'],
    ['REQUEST_RUNNING_TOO_LONG', reject(400, 'REQUEST_RUNNING_TOO_LONG'), 'request_too_long'],
    ['QUERY_TIMEOUT', reject(400, 'QUERY_TIMEOUT'), 'request_too_long'],
    ['410', reject(410, 'UNSUPPORTED_API_VERSION'), 'api_version_retired'],
    ['410 with a page', answer(410, {}, '<html>'), 'api_version_retired'],
  ])('%s', async (_title, behaviour, reason) => {
    const world = await createOrg();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(behaviour);
    await world.worker.runOnce();
    expect(await world.connection()).toMatchObject({
      ...{ status: 'degraded', reason },
      pausedUntilMs: world.clock.ms + 60_000,
    });
    expect(world.events).toMatchObject([{ type: 'paused', reason }, { type: 'failed' }]);
    expect(await world.outbox.enqueue(engagement('e-2'))).toHaveLength(1);
    for (let hour = 0; hour < 24 * 10; hour++) await world.after(3600);
    const pending = { status: 'pending', attempts: 0 };
    expect(await world.deliveries()).toMatchObject([pending, pending]);
    // One probe an hour.
    expect(world.receiver.received.length).toBeLessThanOrEqual(24 * 10 + 1);
    world.receiver.always(answer(204));
    for (let hour = 0; hour < 3; hour++) await world.after(3600);
    const delivered = { status: 'delivered', attempts: 1 };
    expect(await world.deliveries()).toMatchObject([delivered, delivered]);
    expect((await world.connection()).status).toBe('active');
  });
});

describe('a quota that is used up', () => {
  test('pauses the connection for longer each time, and costs no attempt', async () => {
    const world = await createOrg();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(reject(403, 'REQUEST_LIMIT_EXCEEDED'));
    await world.worker.runOnce();
    expect(await world.connection()).toMatchObject({
      status: 'degraded',
      reason: 'quota_exceeded',
      pausedUntilMs: world.clock.ms + 60_000,
    });
    for (let minute = 0; minute < 24 * 60; minute++) await world.after(60);
    // Doubling from a minute to an hour, then hourly.
    expect(world.receiver.received.length).toBeLessThan(32);
    world.receiver.always(answer(204));
    await world.after(3600);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    expect((await world.connection()).status).toBe('active');
  });
});

test('without an instance nothing is sent, and the event is kept', async () => {
  const world = await createOrg();
  world.tokens.instanceUrl = undefined;
  await world.outbox.enqueue(engagement('e-1'));
  await world.worker.runOnce();
  expect(await world.deliveries()).toMatchObject([
    { status: 'pending', failure: 'address_refused' },
  ]);
});

test('presence updates that were stored for a webhook make no record', async () => {
  const world = await createWorld();
  await world.connect({ preset: 'salesforce' });
  await world.outbox.enqueue(presenceUpdate());
  await world.outbox.enqueue(engagement('e-1'));
  const connection = await world.connection();
  const version = connection.version + 1;
  await world.store.replaceConnection({ ...connection, version, destination: DESTINATION });
  await world.worker.runOnce();
  expect(world.receiver.received.map(({ path }) => path)).toEqual([expect.stringMatching(/e-1$/)]);
  expect(await world.deliveries()).toMatchObject([
    { status: 'dead', failure: 'unreadable' },
    { status: 'delivered' },
  ]);
});

test('presence updates are not accepted, because they belong to no engagement', async () => {
  const world = await createOrg();
  expect(await world.outbox.enqueue(presenceUpdate())).toEqual([]);
});
