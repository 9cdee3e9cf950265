import {
  createExports,
  createMemoryExportStore,
  type ExportEvent,
  type ExportStore,
  type Exports,
} from '@mandate/exports';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Crm, startCrm } from '../support/crm/crm.js';
import { engagement, engagementStart } from './support/events.js';

const SESSION = 'a-cookie-that-nobody-guesses';
const WORKERS = 3;
const ENGAGEMENTS = 2000;

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** How a process sees the store: the line to it breaks now and then, and for good when it is killed. */
interface Line {
  readonly store: ExportStore;
  faultRate: number;
  isCut: boolean;
  faults: number;
}

function createLine(store: ExportStore, random: () => number): Line {
  const line: Line = { store, faultRate: 0, isCut: false, faults: 0 };
  const fail = (): never => {
    line.faults++;
    throw new Error('the line to the store broke');
  };
  const proxy = new Proxy(store, {
    get(target, name: keyof ExportStore) {
      const method = target[name].bind(target) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (line.isCut) return new Promise(() => {});
        if (random() < line.faultRate) fail();
        const answer = await method(...args);
        // Done, and nobody hears of it.
        if (random() < line.faultRate) fail();
        return line.isCut ? new Promise(() => {}) : answer;
      };
    },
  });
  return Object.assign(line, { store: proxy });
}

interface Process {
  readonly line: Line;
  readonly exports: Exports;
}

/** Processes on one store, at a time that the test sets. */
class Site {
  readonly crm: Crm;
  readonly random: () => number;
  readonly clock = { ms: Date.UTC(2026, 0, 1) };
  readonly store = createMemoryExportStore();
  readonly events: ExportEvent[] = [];
  readonly processes: Process[] = [];
  connectionId = '';
  killed = 0;

  constructor(crm: Crm, random: () => number) {
    this.crm = crm;
    this.random = random;
    for (let i = 0; i < WORKERS; i++) this.start();
  }

  start(): void {
    const line = createLine(this.store, this.random);
    const exports = createExports({
      store: line.store,
      keys: [new Uint8Array(32).fill(7)],
      callbackUrl: 'https://app.example.com/exports/callback',
      allowLoopback: true,
      receiverTimeoutMs: 2000,
      timeoutMs: 2000,
      pollIntervalMs: 20,
      now: () => this.clock.ms,
      onEvent: (event) => this.events.push(event),
    });
    this.processes.push({ line, exports });
  }

  /** With `-9`: it says nothing more, and nobody tells it anything. */
  kill(): void {
    const killed = this.processes.shift();
    if (killed !== undefined) killed.line.isCut = true;
    this.killed++;
    this.start();
    this.processes.at(-1)?.exports.worker.start();
  }

  /** By somebody whose line is sound. */
  async logIn(): Promise<void> {
    const { line, exports } = this.processes[0]!;
    const { faultRate } = line;
    line.faultRate = 0;
    const { connections } = exports;
    const back = await this.crm.approve(
      await connections.authorize(this.connectionId, SESSION, 'a'),
    );
    await connections.finishAuthorization(this.connectionId, back.searchParams, SESSION);
    line.faultRate = faultRate;
  }

  async connect(): Promise<void> {
    const { crm } = this;
    const { connection } = await this.processes[0]!.exports.connections.create({
      preset: 'salesforce',
      name: 'CRM',
      siteId: 'site-1',
      authorizationEndpoint: crm.authorizationEndpoint,
      tokenEndpoint: crm.tokenEndpoint,
      clientId: crm.clientId,
      clientSecret: crm.clientSecret,
      destination: {
        kind: 'salesforce',
        object: 'Engagement__c',
        externalIdField: 'EngagementId__c',
        fields: { Stage__c: 'export_type' },
        apiVersion: 'v62.0',
      },
    });
    crm.redirectUris.add(connection.redirectUri);
    this.connectionId = connection.id;
    await this.logIn();
  }

  /** A caller who gets an error tries again. */
  async enqueue(event: unknown): Promise<void> {
    for (;;) {
      const { exports } = this.processes[Math.floor(this.random() * WORKERS)]!;
      try {
        await exports.enqueue(event);
        return;
      } catch {}
    }
  }

  /** Something breaks, or everything holds for a while. */
  async disturb(): Promise<void> {
    const { crm, random, processes } = this;
    const pick = <Item>(items: readonly Item[]): Item =>
      items[Math.floor(random() * items.length)]!;
    const action = Math.floor(random() * 8);
    if (action === 0) crm.fail('records', pick(RECEIVER_FAULTS), 1 + Math.floor(random() * 20));
    else if (action === 1) crm.fail('token', pick(PROVIDER_FAULTS), 1 + Math.floor(random() * 3));
    else if (action === 2) crm.killSessions();
    else if (action === 3) pick(processes).line.faultRate = 0.2;
    else if (action === 4) this.kill();
    else if (action === 5) crm.recover();
    else for (const { line } of processes) line.faultRate = 0;
    const { status } = await this.processes[0]!.exports.connections.get(this.connectionId).catch(
      () => ({ status: undefined }),
    );
    if (status === 'needs_reauthorization') await this.logIn().catch(() => {});
  }

  /** Time goes on, much faster than outside. @returns what stops it. */
  flow(msPerTick: number): () => void {
    const timer = setInterval(() => {
      this.clock.ms += msPerTick;
    }, 5);
    return () => clearInterval(timer);
  }
}

const RECEIVER_FAULTS = ['error', 'unavailable', 'throttle', 'garbage', 'close', 'lose'] as const;
const PROVIDER_FAULTS = ['error', 'unavailable', 'garbage', 'close'] as const;

test('everything arrives, in order, whatever breaks', { timeout: 300_000 }, async () => {
  const random = createRandom(20_261_121);
  const crm = await startCrm({ sessionLossRate: 0.01, random });
  onTestFinished(() => crm.close());
  const site = new Site(crm, random);
  await site.connect();
  const stopTime = site.flow(500);
  onTestFinished(stopTime);
  for (const { exports } of site.processes) exports.worker.start();

  for (let i = 0; i < ENGAGEMENTS; i++) {
    await site.enqueue(engagementStart(`e-${i}`));
    await site.enqueue(engagement(`e-${i}`));
    if (i % 20 === 0) await site.disturb();
    await new Promise((resolve) => setImmediate(resolve));
  }
  crm.recover();
  for (const { line } of site.processes) line.faultRate = 0;
  const stopFastTime = site.flow(20_000);
  onTestFinished(stopFastTime);
  await vi.waitFor(
    async () => {
      const { items } = await site.store.listDeliveries({ status: 'pending' }, { limit: 1 });
      const { status } = await site.processes[0]!.exports.connections.get(site.connectionId);
      if (status === 'needs_reauthorization') await site.logIn();
      expect(items).toEqual([]);
    },
    { timeout: 200_000, interval: 100 },
  );
  await Promise.all(site.processes.map(({ exports }) => exports.worker.stop()));

  const stages = new Map<string, string>();
  for (const { externalId, fields } of crm.writes) {
    const stage = fields['Stage__c'] === 'engagement' ? 'E' : 'S';
    stages.set(externalId, (stages.get(externalId) ?? '') + stage);
  }
  const count = (type: string) => site.events.filter((event) => event.type === type).length;
  console.info(
    `${ENGAGEMENTS} engagements, ${2 * ENGAGEMENTS} events: ${crm.writes.length} writes, ` +
      `${count('failed')} failed attempts, ${count('paused')} pauses, ` +
      `${crm.count('refresh_token')} renewals, ${site.killed} workers killed`,
  );
  expect(stages.size).toBe(ENGAGEMENTS);
  expect([...stages.values()].filter((written) => !/^S+E+$/.test(written))).toEqual([]);
  expect(count('dead')).toBe(0);
  expect(count('failed')).toBeGreaterThan(50);
  expect(site.killed).toBeGreaterThan(5);
});
