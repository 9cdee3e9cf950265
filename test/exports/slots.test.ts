import { describe, expect, test } from 'vitest';
import { Slots } from '../../packages/exports/src/delivery/slots.js';

const LIMITS = { concurrency: 32, maxPerConnection: 8 };

function createSlots(limits = LIMITS) {
  const clock = { ms: 0 };
  const slots = new Slots(limits, () => clock.ms);
  /** Claims as a store does in which all these connections have endless backlogs. */
  const claim = (backlogs: readonly string[]): readonly string[] => {
    const plan = slots.plan();
    if (plan === undefined) return [];
    const served: string[] = [];
    let left = plan.limit;
    for (const id of backlogs.filter((one) => !plan.except.includes(one))) {
      const count = Math.min(left, plan.perConnection);
      if (count === 0) break;
      slots.take(id, count);
      left -= count;
      served.push(...Array.from({ length: count }, () => id));
    }
    const isFull = served.some((id) => countOf(served, id) >= plan.perConnection);
    if (left > 0) slots.endRound(plan, !isFull);
    return served;
  };
  /** Claims until there is nothing more to get. */
  const claimAll = (backlogs: readonly string[]): readonly string[] => {
    const all: string[] = [];
    for (let empty = 0; empty < 3; ) {
      const claimed = claim(backlogs);
      all.push(...claimed);
      empty = claimed.length === 0 ? empty + 1 : 0;
    }
    return all;
  };
  return { slots, clock, claim, claimAll };
}

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
const countOf = (all: readonly string[], id: string) => all.filter((one) => one === id).length;

const REST = { limit: 1, perConnection: 4, except: [], ahead: [], skipsServed: true };

describe('the slots of a worker', () => {
  test('are not all taken by receivers that hang with full backlogs', () => {
    const { slots, claimAll } = createSlots();
    const hanging = names('hanging', 4);
    const held = claimAll(hanging);
    expect(held.length).toBeLessThanOrEqual(24);
    for (const id of hanging) expect(countOf(held, id)).toBeLessThanOrEqual(8);
    slots.expectDeliveries();
    expect(claimAll([...hanging, 'other'])).toContain('other');
  });

  test('reach each of 1,000 connections once before any is served twice', () => {
    const { slots, claim } = createSlots();
    // The first four always have the deliveries that are due longest.
    const all = names('connection', 1000);
    const order: string[] = [];
    while (order.length < 4 * all.length) {
      const claimed = claim(all);
      order.push(...claimed);
      for (const id of claimed) {
        slots.measure(id, 5);
        slots.release(id, 1);
      }
    }
    const rounds = order.filter((id, i) => id !== order[i - 1]);
    expect(new Set(rounds.slice(0, 1000)).size).toBe(1000);
  });

  test('go to slow connections only up to half, however many there are', () => {
    const { slots, clock, claimAll } = createSlots();
    const slow = names('slow', 40);
    for (const id of slow) {
      slots.take(id, 1);
      clock.ms += 2000;
      slots.measure(id, 2000);
      slots.release(id, 1);
    }
    slots.expectDeliveries();
    const held = claimAll(slow);
    expect(held.length).toBeGreaterThan(8);
    expect(held.length).toBeLessThanOrEqual(16);
    slots.expectDeliveries();
    expect(claimAll([...slow, 'quick'])).toContain('quick');
  });

  test('count a connection as slow while it answers nothing, and as quick once it answers quickly', () => {
    const { slots, clock, claimAll } = createSlots();
    const silent = names('silent', 3);
    for (const id of silent) slots.take(id, 8);
    clock.ms += 1001;
    slots.expectDeliveries();
    expect(claimAll(['silent-3', ...silent]).filter((id) => id !== 'silent-3')).toEqual([]);
    for (const id of silent) {
      slots.measure(id, 1001);
      slots.release(id, 8);
    }
    for (const id of silent) {
      slots.take(id, 1);
      slots.measure(id, 3);
      slots.release(id, 1);
    }
    slots.expectDeliveries();
    const held = claimAll(silent);
    expect(silent.map((id) => countOf(held, id)).reduce((a, b) => a + b)).toBeGreaterThan(16);
  });

  test('hold several deliveries each only of quick connections with a backlog', () => {
    const { slots, claim } = createSlots();
    const all = ['quick', 'slow', 'unknown'];
    claim(all);
    for (const id of all) slots.expectBacklog(id, true);
    slots.measure('quick', 5);
    slots.measure('slow', 300);
    for (const id of all) slots.release(id, 4);
    claim([]);
    slots.expectDeliveries();
    expect(slots.plan()).toMatchObject({ ahead: ['quick'], limit: 20, perConnection: 4 });
    slots.measure('quick', 300);
    expect(slots.plan()).toMatchObject({ ahead: [], limit: 24 });
    slots.measure('quick', 5);
    slots.expectBacklog('quick', false);
    expect(slots.plan()).toMatchObject({ ahead: [], limit: 24 });
  });

  test('leave room for other connections, however many have a backlog', () => {
    const { slots } = createSlots();
    const backlogs = names('backlog', 100);
    for (const id of backlogs) {
      slots.take(id, 1);
      slots.measure(id, 5);
      slots.release(id, 1);
      slots.expectBacklog(id, true);
    }
    slots.endRound({ ...REST, isReserved: false }, false);
    const plan = slots.plan();
    expect(plan?.ahead).toHaveLength(5);
    expect(plan?.limit).toBe(4);
    for (const id of plan?.ahead ?? []) slots.take(id, 4);
    // Now the last quarter and the rest are left, and those of this round have to wait for the others.
    const next = slots.plan();
    expect(next).toMatchObject({ perConnection: 1, limit: 12, ahead: [], isReserved: true });
    for (const id of plan?.ahead ?? []) expect(next?.except).toContain(id);
  });

  test.each([1, 2, 3, 5])('of %i serve every connection', (concurrency) => {
    const { slots, clock, claimAll } = createSlots({ concurrency, maxPerConnection: 8 });
    const all = names('connection', 4);
    const served = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const claimed = claimAll(all);
      expect(claimed.length).toBeLessThanOrEqual(concurrency);
      expect(claimed.length).toBeGreaterThan(0);
      clock.ms += 5000;
      for (const id of claimed) {
        served.add(id);
        slots.measure(id, 5000);
        slots.release(id, 1);
      }
    }
    expect(served.size).toBe(all.length);
  });
});
