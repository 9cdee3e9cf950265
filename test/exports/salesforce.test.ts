import type { SalesforceDestination } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { engagement, engagementStart, presenceUpdate } from './support/events.js';
import { answer, type Behaviour, refuse } from './support/receiver.js';
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
    ['400', refuse(400, 'INVALID_FIELD'), 'dead', 'rejected'],
    ['403', refuse(403, 'INSUFFICIENT_ACCESS'), 'dead', 'forbidden'],
    ['404', refuse(404, 'NOT_FOUND'), 'dead', 'rejected'],
    ['400 of a locked row', refuse(400, 'UNABLE_TO_LOCK_ROW'), 'pending', 'receiver_unavailable'],
    ['503', refuse(503, 'SERVER_UNAVAILABLE'), 'pending', 'receiver_unavailable'],
    ['403 of a quota', refuse(403, 'REQUEST_LIMIT_EXCEEDED'), 'pending', 'quota_exceeded'],
    ['a token error', answer(403, {}, '{"error":"REQUEST_LIMIT_EXCEEDED"}'), 'dead', 'forbidden'],
    ['odd JSON', answer(403, {}, '[null,{"errorCode":{}},"x",7]'), 'dead', 'forbidden'],
    ['an odd code', refuse(400, 'constructor'), 'dead', 'rejected'],
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

describe('a quota that is used up', () => {
  test('pauses the connection for longer each time, and costs no attempt', async () => {
    const world = await createOrg();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(refuse(403, 'REQUEST_LIMIT_EXCEEDED'));
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
