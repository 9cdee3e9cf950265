import { describe, expect, test } from 'vitest';
import { TokenUnavailable } from '../../packages/exports/src/tokens/access-tokens.js';
import { engagement } from './support/events.js';
import {
  answer,
  type Behaviour,
  breakOff,
  drip,
  endlessBody,
  endlessHeader,
  garbage,
  hang,
  hangInBody,
  hangUp,
  reject,
  rejectToken,
  reset,
  switchProtocols,
  withInterim,
} from './support/receiver.js';
import { createWorld, type World } from './support/world.js';

/** A world with one event that met this behaviour once. */
async function meet(behaviour: Behaviour): Promise<World> {
  // Long enough for a busy machine, and waited for only where the receiver hangs.
  const world = await createWorld({ receiverTimeoutMs: 1500 });
  await world.connect();
  await world.outbox.enqueue(engagement('e-1'));
  world.receiver.next(behaviour);
  await world.worker.runOnce();
  return world;
}

describe('a transient failure is retried and succeeds', () => {
  test.each<[string, Behaviour, string, number | undefined]>([
    ['500', answer(500), 'receiver_unavailable', 500],
    ['502 with a page', answer(502, {}, '<h1>Bad gateway</h1>'), 'receiver_unavailable', 502],
    ['503', answer(503), 'receiver_unavailable', 503],
    ['408', answer(408), 'receiver_unavailable', 408],
    ['425', answer(425), 'receiver_unavailable', 425],
    ['301', answer(301, { location: 'http://169.254.169.254/' }), 'redirected', 301],
    ['302 to itself', answer(302, { location: '/events' }), 'redirected', 302],
    ['307', answer(307, { location: '/events' }), 'redirected', 307],
    ['300', answer(300), 'redirected', 300],
    ['304', answer(304), 'redirected', 304],
    ['no answer in time', hang, 'receiver_unavailable', undefined],
    ['a reset connection', reset, 'receiver_unavailable', undefined],
    ['a closed connection', hangUp, 'receiver_unavailable', undefined],
    ['an answer that is not HTTP', garbage, 'receiver_unavailable', undefined],
    ['101, another protocol', switchProtocols, 'receiver_unavailable', undefined],
    ['a header without an end', endlessHeader, 'receiver_unavailable', undefined],
    ['500 that drips', drip(500), 'receiver_unavailable', 500],
    ['500 without an end', endlessBody(500), 'receiver_unavailable', 500],
    ['500 broken off', breakOff(500), 'receiver_unavailable', 500],
    ['500 that hangs', hangInBody(500), 'receiver_unavailable', 500],
  ])('%s', async (_title, behaviour, failure, responseStatus) => {
    const world = await meet(behaviour);
    expect(await world.deliveries()).toMatchObject([
      { status: 'pending', attempts: 1, failure, responseStatus },
    ]);
    expect(world.receiver.received).toHaveLength(1);
    expect(await world.connection()).toMatchObject({
      status: 'degraded',
      reason: 'receiver_unavailable',
    });
    expect(world.events.map(({ type }) => type)).toEqual(['paused', 'failed']);

    expect(await world.after(5)).toBe(1);
    expect(await world.deliveries()).toMatchObject([
      { status: 'delivered', attempts: 2, failure: undefined, responseStatus: 204 },
    ]);
    expect(await world.connection()).toMatchObject({
      status: 'active',
      reason: undefined,
      pausedUntilMs: undefined,
      failingSinceMs: undefined,
    });
    expect(world.events.map(({ type }) => type).slice(2)).toEqual(['delivered', 'recovered']);
    expect(world.errors).toEqual([]);
  });
});

describe('the status decides about a success', () => {
  test.each<[string, Behaviour]>([
    ['200', answer(200, {}, 'thanks')],
    ['202', answer(202)],
    ['204', answer(204)],
    ['interim answers first', withInterim(answer(200))],
    ['an endless body', endlessBody(200)],
    ['a body that breaks off', breakOff(200)],
    ['a body that hangs', hangInBody(201)],
    ['a body that drips', drip(200)],
    ['a body that is not JSON', answer(200, { 'content-type': 'application/json' }, '{')],
  ])('%s', async (_title, behaviour) => {
    const world = await meet(behaviour);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    expect((await world.connection()).status).toBe('active');
  });
});

describe('a status that a firewall may send does not concern the event, so the event is retried', () => {
  // Every 4xx of RFC 9110 and of common proxies but 401, 408, 410, 413, 422, 425 and 429.
  const statuses = [400, 402, 403, 404, 405, 406, 407, 409, 411, 412, 414, 415, 416, 417, 418, 421];
  test.each([...statuses, 423, 424, 426, 428, 431, 451, 460, 494, 499])('%i', async (status) => {
    const world = await meet(answer(status, {}, '<h1>Access denied</h1>'));
    expect(await world.deliveries()).toMatchObject([
      { status: 'pending', attempts: 1, failure: 'receiver_refused', responseStatus: status },
    ]);
    expect(await world.connection()).toMatchObject({
      status: 'degraded',
      reason: 'receiver_refused',
    });
    expect(world.events.map(({ type }) => type)).toEqual(['paused', 'failed']);
    await world.after(5);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 2 }]);
    expect((await world.connection()).status).toBe('active');
  });
});

describe('a verdict on the event makes it dead, and the next event is sent', () => {
  test.each([413, 422])('%i', async (status) => {
    const world = await meet(answer(status, {}, '{"error":"no"}'));
    expect(await world.deliveries()).toMatchObject([
      {
        ...{ status: 'dead', attempts: 1, failure: 'rejected', responseStatus: status },
        nextAttemptAt: undefined,
        diedAt: new Date(world.clock.ms),
      },
    ]);
    expect(world.events).toMatchObject([{ type: 'dead', failure: 'rejected', attempts: 1 }]);
    expect(await world.connection()).toMatchObject({
      status: 'degraded',
      reason: 'events_rejected',
      pausedUntilMs: undefined,
    });
    await world.outbox.enqueue(engagement('e-2'));
    expect(await world.after(0)).toBe(1);
    expect(await world.connection()).toMatchObject({ status: 'active', reason: undefined });
    expect(world.events.map(({ type }) => type)).toEqual(['dead', 'delivered']);
    expect(await world.after(100_000)).toBe(0);
  });

  test('400, if the receiver accepted the event before', async () => {
    const world = await meet(answer(204));
    world.receiver.always(answer(400));
    await world.outbox.enqueue(engagement('e-2'));
    await world.after(0);
    await world.outbox.enqueue(engagement('e-3'));
    await world.after(0);
    expect(await world.deliveries()).toMatchObject([
      { status: 'delivered' },
      { status: 'dead', failure: 'rejected', responseStatus: 400 },
      // By now, the receiver may reject everything.
      { status: 'pending', failure: 'receiver_refused', responseStatus: 400 },
    ]);
  });

  test('of several that are sent together, and the receiver stays active', async () => {
    const world = await createWorld();
    await world.connect();
    for (let i = 0; i < 4; i++) await world.outbox.enqueue(engagement(`e-${i}`));
    const seen: (() => void)[] = [];
    world.receiver.always((response, { body }) => {
      const isFirst = body.includes('"e-0"');
      const end = () => response.writeHead(isFirst ? 422 : 204).end();
      if (isFirst) end();
      else seen.push(end);
      if (seen.length === 3) setTimeout(() => seen.map((one) => one()), 50);
    });
    await world.worker.runOnce();
    expect(await world.connection()).toMatchObject({ status: 'active', failingSinceMs: undefined });
    const statuses = (await world.deliveries()).map(({ status }) => status);
    expect(statuses).toEqual(['dead', 'delivered', 'delivered', 'delivered']);
  });
});

describe('a receiver that stops accepting events is degraded, and few events die', () => {
  test.each([
    [400, 'receiver_refused'],
    [403, 'receiver_refused'],
    [413, 'events_rejected'],
    [422, 'events_rejected'],
    [302, 'receiver_unavailable'],
    [500, 'receiver_unavailable'],
    [429, 'receiver_unavailable'],
    [401, 'token_refused'],
  ])('%i', async (status, reason) => {
    const world = await meet(answer(204));
    expect((await world.connection()).status).toBe('active');
    world.receiver.always(answer(status));
    for (let minute = 0; minute < 60; minute++) {
      await world.outbox.enqueue(engagement(`minute ${minute}`));
      await world.after(60);
    }
    expect(await world.connection()).toMatchObject({ status: 'degraded', reason });
    const { items: dead } = await world.outbox.listDeliveries({ status: 'dead' }, { limit: 200 });
    expect(dead.length).toBeLessThan(12);
    world.receiver.always(answer(204));
    for (let hour = 0; hour < 30; hour++) await world.after(3600);
    expect(await world.connection()).toMatchObject({ status: 'active', reason: undefined });
    const left = await world.outbox.listDeliveries({ status: 'pending' }, { limit: 200 });
    expect(left.items).toEqual([]);
  });
});

test('410 disables the connection and keeps the event until it is enabled again', async () => {
  const world = await meet(answer(410));
  expect(await world.connection()).toMatchObject({ status: 'disabled', reason: 'receiver_gone' });
  expect(await world.outbox.enqueue(engagement('e-2'))).toEqual([]);
  expect(await world.after(100_000)).toBe(0);
  expect(world.events.map(({ type }) => type)).toEqual(['disabled', 'failed']);

  const disabled = await world.connection();
  await world.store.replaceConnection({
    ...disabled,
    version: disabled.version + 1,
    status: 'active',
    reason: undefined,
  });
  expect(await world.after(0)).toBe(1);
  expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
});

describe('Retry-After', () => {
  const inSeconds = (world: World, seconds: number) =>
    new Date(world.clock.ms + seconds * 1000).toUTCString();

  test.each([429, 503])('in seconds, with %i', async (status) => {
    const world = await meet(answer(status, { 'retry-after': '120' }));
    expect(await world.after(119)).toBe(0);
    expect(await world.after(1)).toBe(1);
  });

  test.each([429, 503])('as a date, with %i', async (status) => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    // Dates have whole seconds.
    world.clock.ms = Math.ceil(world.clock.ms / 1000) * 1000;
    world.receiver.next(answer(status, { 'retry-after': inSeconds(world, 120) }));
    await world.worker.runOnce();
    expect(await world.after(119)).toBe(0);
    expect(await world.after(1)).toBe(1);
  });

  test('also delays the other events of the connection', async () => {
    const world = await meet(answer(429, { 'retry-after': '120' }));
    await world.outbox.enqueue(engagement('e-2'));
    expect(await world.after(119)).toBe(0);
    expect(await world.after(1)).toBe(2);
  });

  test('is honoured for a day at most', async () => {
    const world = await meet(answer(503, { 'retry-after': '99999999999999999999' }));
    expect(await world.after(24 * 3600 - 1)).toBe(0);
    expect(await world.after(1)).toBe(1);
  });

  test.each(['-5', '1.5', 'soon', '', 'Thu, 01 Jan 1970 00:00:00 GMT', '2026-05-01'])(
    'with an invalid value leaves the schedule unchanged: %j',
    async (value) => {
      const world = await meet(answer(503, { 'retry-after': value }));
      expect(await world.after(4)).toBe(0);
      expect(await world.after(1)).toBe(1);
    },
  );

  test('with 429 never counts as an attempt', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(answer(429, { 'retry-after': '3600' }));
    for (let hour = 0; hour < 100; hour++) await world.after(3600);
    expect(world.receiver.received).toHaveLength(100);
    world.receiver.always(answer(204));
    await world.after(3600);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  });
});

describe('a rejected token', () => {
  test('is renewed once, and the event sent again at once', async () => {
    const world = await meet(rejectToken('token-1'));
    expect(world.tokens.renewals).toEqual(['token-1']);
    expect(world.receiver.received.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  });

  test('that is rejected again after its renewal pauses the connection, without a loop', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.always(answer(401));
    await world.worker.runOnce();
    expect(world.tokens.renewals).toHaveLength(1);
    expect(world.receiver.received).toHaveLength(2);
    expect(await world.deliveries()).toMatchObject([
      { status: 'pending', attempts: 1, failure: 'unauthorized', responseStatus: 401 },
    ]);
    expect(await world.connection()).toMatchObject({
      status: 'degraded',
      reason: 'token_refused',
    });
  });

  test('is recognized from Salesforce with another status as well', async () => {
    const world = await createWorld();
    await world.connect({
      destination: {
        kind: 'salesforce',
        object: 'Engagement__c',
        externalIdField: 'Id__c',
        fields: {},
        apiVersion: 'v62.0',
      },
    });
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.next(reject(403, 'INVALID_SESSION_ID'));
    await world.worker.runOnce();
    expect(world.tokens.renewals).toEqual(['token-1']);
    expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  });
});

describe('without a token', () => {
  test('for a transient reason, nothing is sent, no attempt counts, and the connection is paused', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    world.tokens.fault = new TokenUnavailable('provider_unavailable', true);
    for (let i = 0; i < 20; i++) await world.after(3600);
    expect(world.receiver.received).toEqual([]);
    expect(await world.deliveries()).toMatchObject([{ status: 'pending', attempts: 0 }]);
    expect(await world.connection()).toMatchObject({
      status: 'degraded',
      reason: 'provider_unavailable',
    });
    world.tokens.fault = undefined;
    expect(await world.after(3600)).toBe(1);
    expect(await world.connection()).toMatchObject({ status: 'active' });
  });

  test('until a person acts, events are kept and the worker does not loop', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    world.tokens.fault = new TokenUnavailable('grant_revoked', false);
    expect(await world.worker.runOnce()).toBe(0);
    expect(world.receiver.received).toEqual([]);
    expect(await world.deliveries()).toMatchObject([{ status: 'pending', attempts: 0 }]);
  });

  test('because of an unexpected error, the event waits for a minute', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    const fault = new Error('boom');
    world.tokens.fault = fault;
    expect(await world.worker.runOnce()).toBe(0);
    expect(world.errors).toEqual([fault]);
    expect(await world.connection()).toMatchObject({
      status: 'degraded',
      reason: 'internal_error',
    });
    world.tokens.fault = undefined;
    expect(await world.after(59)).toBe(0);
    expect(await world.after(1)).toBe(1);
  });
});

test('a private address gets no request, and the event is kept', async () => {
  const world = await createWorld();
  await world.connect({ destination: { kind: 'webhook', url: 'https://169.254.169.254/latest' } });
  await world.outbox.enqueue(engagement('e-1'));
  await world.worker.runOnce();
  expect(await world.deliveries()).toMatchObject([
    { status: 'pending', failure: 'address_refused', responseStatus: undefined },
  ]);
  expect((await world.connection()).status).toBe('degraded');
});

test('events of a site are not sent to a connection that was assigned to another site', async () => {
  const world = await createWorld();
  await world.connect();
  await world.outbox.enqueue(engagement('e-1'));
  const connection = await world.connection();
  const version = connection.version + 1;
  await world.store.replaceConnection({ ...connection, version, siteId: 'site-2' });
  await world.worker.runOnce();
  expect(world.receiver.received).toEqual([]);
  expect(await world.deliveries()).toMatchObject([{ status: 'dead', failure: 'other_site' }]);
});

describe('a token of a new authorization is not sent to the old receiver', () => {
  async function authorizeAnew(world: World): Promise<void> {
    const connection = await world.connection();
    await world.store.replaceConnection({
      ...connection,
      version: connection.version + 1,
      authorizedAtMs: world.clock.ms,
      destination: { kind: 'webhook', url: `${world.receiver.origin}/other` },
    });
  }

  test.each(['get', 'renew'] as const)(
    'if it arrives while a token is awaited: %s',
    async (name) => {
      const world = await createWorld();
      await world.connect();
      await world.outbox.enqueue(engagement('e-1'));
      const { tokens } = world;
      const get = tokens.get.bind(tokens);
      const renew = tokens.renew.bind(tokens);
      let isFirst = true;
      const change = async (): Promise<void> => {
        if (isFirst) await authorizeAnew(world);
        isFirst = false;
      };
      if (name === 'get') tokens.get = (id) => change().then(() => get(id));
      else tokens.renew = (id, rejected) => change().then(() => renew(id, rejected));
      if (name === 'renew') world.receiver.next(answer(401));
      await world.worker.runOnce();
      const expected = name === 'renew' ? ['/events', '/other'] : ['/other'];
      expect(world.receiver.received.map(({ path }) => path)).toEqual(expected);
      expect(await world.deliveries()).toMatchObject([{ status: 'delivered', attempts: 1 }]);
    },
  );
});

test('a receiver that answers 410 after it was replaced does not disable the new one', async () => {
  const world = await createWorld();
  await world.connect();
  await world.outbox.enqueue(engagement('e-1'));
  world.receiver.next(async (response) => {
    const connection = await world.connection();
    await world.store.replaceConnection({
      ...connection,
      version: connection.version + 1,
      destination: { kind: 'webhook', url: `${world.receiver.origin}/other` },
    });
    response.writeHead(410).end();
  });
  await world.worker.runOnce();
  expect(await world.connection()).toMatchObject({ status: 'active', reason: undefined });
  await world.after(1);
  expect(world.receiver.received.map(({ path }) => path)).toEqual(['/events', '/other']);
  expect(await world.deliveries()).toMatchObject([{ status: 'delivered' }]);
});

test('no event or error holds a payload, a token or a secret', async () => {
  const world = await meet(answer(500, {}, 'secret-body'));
  world.receiver.always(answer(422, {}, 'secret-body'));
  await world.after(60);
  const told = JSON.stringify([world.events, world.errors]);
  expect(world.events.map(({ type }) => type)).toContain('dead');
  expect(told).not.toMatch(/token-|example\.com|whsec_|secret-body|127\.0\.0\.1/);
});
