import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { engagement } from './support/events.js';
import { answer } from './support/receiver.js';
import { createWorld, SIGNING_SECRET } from './support/world.js';

describe('a webhook', () => {
  test('gets the event unchanged, with the token', async () => {
    const world = await createWorld();
    await world.connect();
    const event = engagement('e-1', { mood: 'gut 👍' });
    await world.outbox.enqueue(event);
    expect(await world.worker.runOnce()).toBe(1);
    const [received] = world.receiver.received;
    expect(received).toMatchObject({ method: 'POST', path: '/events' });
    expect(received?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'content-type': 'application/json',
    });
    expect(JSON.parse(received?.body ?? '')).toEqual(event);
  });

  test('has headers that name the sender and the accepted media type', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    await world.worker.runOnce();
    expect(world.receiver.received[0]?.headers).toMatchObject({
      'user-agent': 'Mandate-Exports',
      accept: 'application/json, */*;q=0.1',
    });
  });

  test('can verify the signature by the standard alone', async () => {
    const world = await createWorld();
    await world.connect();
    const [id] = await world.outbox.enqueue(engagement('e-1', { mood: 'gut 👍' }));
    await world.worker.runOnce();
    const { headers, body } = world.receiver.received[0]!;
    const seconds = String(Math.floor(world.clock.ms / 1000));
    expect(headers['webhook-id']).toBe(id);
    expect(headers['webhook-timestamp']).toBe(seconds);
    // Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body, joined by full stops.
    const key = Buffer.from(SIGNING_SECRET.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  });

  test('gets the same id and another timestamp at the next attempt', async () => {
    const world = await createWorld();
    await world.connect();
    await world.outbox.enqueue(engagement('e-1'));
    world.receiver.next(answer(500));
    await world.worker.runOnce();
    await world.after(10);
    const [first, second] = world.receiver.received.map(({ headers }) => headers);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    const timestamps = [first, second].map((headers) => Number(headers?.['webhook-timestamp']));
    expect(timestamps[1]! - timestamps[0]!).toBe(10);
    expect(second?.['webhook-signature']).not.toBe(first?.['webhook-signature']);
  });

  test('can verify with the old and the new secret while both are valid', async () => {
    const world = await createWorld();
    await world.connect();
    const newer = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    world.secrets.value = [newer, SIGNING_SECRET];
    world.clock.ms = Date.now();
    await world.outbox.enqueue(engagement('e-1'));
    await world.worker.runOnce();
    const { headers, body } = world.receiver.received[0]!;
    for (const secret of world.secrets.value) {
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual(
        engagement('e-1'),
      );
    }
    const other = new Webhook(`whsec_${Buffer.alloc(24, 8).toString('base64')}`);
    expect(() => other.verify(body, headers as Record<string, string>)).toThrow();
  });

  // How the library handles each of them is its own matter. Here, nothing may be sent or reported.
  test.each([
    [[]],
    [['whsec_']],
    [['whsec_secret that is not base64!']],
    [['']],
    [[SIGNING_SECRET, 'whsec_%%%secret%%%']],
  ])('with the secrets %j gets nothing, because nothing is sent unsigned', async (secrets) => {
    const world = await createWorld();
    await world.connect();
    world.secrets.value = secrets;
    await world.outbox.enqueue(engagement('e-1'));
    expect(await world.worker.runOnce()).toBe(0);
    expect(world.receiver.received).toEqual([]);
    expect(await world.deliveries()).toMatchObject([{ status: 'pending', attempts: 0 }]);
    expect(world.errors).toHaveLength(1);
    expect(inspect(world.errors)).not.toMatch(/secret that|%secret%|BwcH/);
  });
});
