import { inspect } from 'node:util';
import { createExports, ExportError, type ExportStore } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { expect, onTestFinished, test } from 'vitest';
import { startOwnPostgres } from '../../support/postgres.js';
import { openExportStore } from '../open-store.js';
import { type CrmWorld, createCrmWorld, KEY, SESSION } from '../support/crm-world.js';
import { engagement, engagementStart, type Members } from '../support/events.js';
import { findSecrets, readFilesBelow } from '../support/find-secrets.js';
import { finishLogin } from '../support/finish-login.js';
import { startBreakers } from './breakers.js';
import { readClock } from './clock.js';
import { startCrew } from './crew.js';
import { startCutProxy } from './cut-proxy.js';
import { countPrinted, waitFor } from './start-worker.js';

const postgres = await startOwnPostgres();
const ENGAGEMENTS = Number(process.env['CHAOS_ENGAGEMENTS'] ?? 10_000);
const SITES = 4;
const WORKERS = 3;
/** How often something breaks: the receiver, the provider, the database, a worker, and again. */
const BREAKS = Number(process.env['CHAOS_BREAKS'] ?? 48);
/** After how many more arrivals a line is printed. */
const PROGRESS = 2000;
/** How long nothing may arrive at all. However slow a machine is, something does. */
const STALL_MS = 240_000;

/** Twenty times as fast as time: pauses and leases are those of production. */
const clock = { sinceMs: Date.now(), speed: 20, aheadMs: 0 };
const now = () => readClock(clock);
const common = { keys: [KEY], now, allowLoopback: true, timeoutMs: 1000 };
const callbackUrl = 'https://app.example.com/exports/callback';
const options = {
  timeoutMs: 1000,
  // The clock is faster than requests are. On a slow machine, a request must not outlast the lease, which is
  // 180 seconds of this clock: the next event of its engagement could overtake it.
  receiverTimeoutMs: 60_000,
  pollIntervalMs: 50,
  retryDelaysSeconds: [0, ...Array.from({ length: 60 }, () => 2)],
};

const destination = {
  kind: 'salesforce',
  object: 'Engagement__c',
  externalIdField: 'Engagement_Id__c',
  fields: { Waited__c: 'queue_wait_time', Duration__c: 'engagement.duration' },
  apiVersion: 'v62.0',
} as const;

/** Every fifth engagement is corrected once: at once, so mostly before its end is sent, or later, after it. */
const CORRECTED = 5;
const CORRECTION = 0.25;
/** How many corrections wait. */
const LATER = 40;

const isCorrected = (i: number): boolean => i % CORRECTED === 0;
/** This one is corrected only when its end has arrived. */
const CORRECTED_LAST = CORRECTED;
const isCorrectedLater = (i: number): boolean => i % (2 * CORRECTED) === 0;

/** The end of an engagement with what was wrong before. */
function toCorrection(end: Members, i: number): Members {
  const ended = { ...(end['engagement'] as object), duration: i + CORRECTION };
  return { ...end, engagement: ended };
}

/** The two events of an engagement, in their order. */
function toEvents(i: number): readonly [Members, Members] {
  const site_id = `site-${i % SITES}`;
  const end = engagement(`e${i}`);
  const ended = { ...(end['engagement'] as object), duration: i };
  const start = engagementStart(`e${i}`, { site_id, queue_wait_time: i });
  const site = { id: site_id, name: 'A site' };
  return [start, { ...end, site_id, site, engagement: ended, queue_wait_time: i + 0.5 }];
}

async function logIn({ connections, crm }: CrmWorld, id: string): Promise<void> {
  // A person per connection, because a person has at most five grants.
  const back = await crm.approve(await connections.authorize(id, SESSION, 'ada'), id);
  const result = await finishLogin(connections, id, back.searchParams, SESSION);
  if (result !== 'authorized') console.log(`the log-in ended with ${result}`);
}

/** What administrators do: they log in again where they have to, and help dead letters on their way. */
function startAdministrator(world: CrmWorld, replay: (id: string) => Promise<unknown>) {
  const { store, crm } = world;
  const done = { logIns: 0, replays: 0 };
  async function look(): Promise<void> {
    for (const { id, status } of await store.listConnections()) {
      if (status !== 'needs_reauthorization') continue;
      await logIn(world, id);
      done.logIns++;
    }
    const { items } = await store.listDeliveries({ status: 'dead' }, { limit: 200 });
    for (const { engagementId } of items) {
      const own = items.filter((item) => item.engagementId === engagementId).reverse();
      // Both are waited for: sent again one by one, they would arrive in the order of who was first to
      // look. One alone is what is left when the database went away after the other.
      if (own.length < 2 && crm.ambiguous.has(engagementId)) continue;
      crm.ambiguous.delete(engagementId);
      for (const { id } of own) {
        // A revision has superseded it.
        const isReplayed = await replay(id).then(() => true, isConflict);
        if (isReplayed) done.replays++;
      }
    }
  }
  let isStopped = false;
  async function goRound(): Promise<void> {
    while (!isStopped) {
      // What fails is done the next time.
      await look().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  void goRound();
  const stop = () => {
    isStopped = true;
  };
  onTestFinished(stop);
  return { done, stop };
}

/** Returns `false` for a conflict. @throws any other error. */
function isConflict(error: unknown): false {
  if (error instanceof ExportError && error.code === 'conflict') return false;
  throw error;
}

/** Nothing waits, and what is dead was superseded by a revision that was delivered. */
async function isAllDelivered(store: ExportStore): Promise<boolean> {
  const hasPending = async () => {
    const { items } = await store.listDeliveries({ status: 'pending' }, { limit: 1 });
    return items.length > 0;
  };
  if ((await hasPending()) || !(await isDeadSuperseded(store))) return false;
  // Between the two questions, the administrator may have replayed what was dead: then it waits now.
  return !(await hasPending());
}

async function isDeadSuperseded(store: ExportStore): Promise<boolean> {
  const dead = await store.listDeliveries({ status: 'dead' }, { limit: 200 });
  for (const { engagementId, exportType } of dead.items) {
    const { items } = await store.listDeliveries(
      { engagementId, status: 'delivered' },
      { limit: 9 },
    );
    if (!items.some((item) => item.exportType === exportType && item.revision > 0)) return false;
  }
  return true;
}

/** Why not everything is delivered. */
async function describeRest(store: ExportStore): Promise<string> {
  const connections = await store.listConnections();
  const pending = await store.listDeliveries({ status: 'pending' }, { limit: 5 });
  const dead = await store.listDeliveries({ status: 'dead' }, { limit: 5 });
  const states = connections.map(({ status, reason, pausedUntilMs = 0 }) => {
    return { status, reason, pausedMs: Math.max(pausedUntilMs - now(), 0) };
  });
  return inspect({ connections: states, pending: pending.items, dead: dead.items });
}

/** Waits while a count increases. Throws if it stays the same for too long. */
async function waitWhile(
  count: () => number,
  isDone: () => boolean | Promise<boolean>,
): Promise<void> {
  let toldAt = count();
  for (let isOver = false; !isOver; ) {
    const before = count();
    await waitFor(async () => {
      isOver = await isDone();
      return isOver || count() > before;
    }, STALL_MS);
    if (count() < toldAt + PROGRESS) continue;
    toldAt = count();
    // Shows the whole run that this test is making progress.
    console.log(`${toldAt} arrived`);
  }
}

test('ten thousand engagements arrive despite failures', {
  // Bounded by progress, below.
  timeout: 0,
}, async () => {
  const startedAt = performance.now();
  const place = await postgres.createDatabase();
  const store: ExportStore = await openExportStore(place);
  const world = await createCrmWorld({
    ...{ ...common, store },
    crm: { sessionLossRate: 0.001 },
  });
  const { crm, configure } = world;
  for (let site = 0; site < SITES; site++) {
    await logIn(world, await configure({ siteId: `site-${site}`, destination }));
  }

  const proxy = await startCutProxy(place);
  const crew = await startCrew(WORKERS, { place: proxy.url, options, clock });
  // The application reaches the database the same way as the workers.
  const database = await openPostgres({ connectionString: proxy.url, migrate: false });
  onTestFinished(() => database.close());
  const application = createExports({
    ...{ ...common, callbackUrl },
    store: createSqlExportStore(database),
  });
  const administrator = startAdministrator(world, (id) => application.replay(id));
  // None of them is corrected: a correction between two replays would be sent before the replayed start.
  for (let i = 1; i < ENGAGEMENTS; i += 500) crm.ambiguous.add(`e${i}`);
  const total = 2 * ENGAGEMENTS;
  const breakers = startBreakers({ crm, proxy, crew }, total / BREAKS);

  let isOver = false;
  let enqueueFailures = 0;
  /** @returns whether it was taken; `false` if it needs a revision. */
  async function enqueue(event: unknown): Promise<boolean> {
    while (!isOver) {
      try {
        const ids = await application.enqueue(event);
        if (ids.length !== 1) throw new Error(`became ${ids.length} deliveries`);
        return true;
      } catch (error) {
        if (error instanceof ExportError && error.code === 'conflict') return false;
        // The caller got an error, and tries again.
        enqueueFailures++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    return true;
  }
  const corrections = { replaced: 0, revised: 0 };
  async function correct(correction: Members): Promise<void> {
    const isTaken = await enqueue(correction);
    corrections[isTaken ? 'replaced' : 'revised']++;
    if (!isTaken && !(await enqueue({ ...correction, revision: 1 }))) {
      throw new Error('the revision conflicts');
    }
  }
  let next = 0;
  const later: Members[] = [];
  async function run(): Promise<void> {
    while (next < ENGAGEMENTS || later.length > 0) {
      const due = next < ENGAGEMENTS && later.length < LATER ? undefined : later.shift();
      if (due !== undefined) await correct(due);
      if (next >= ENGAGEMENTS) continue;
      const i = next++;
      const events = toEvents(i);
      for (const event of events) {
        if (!(await enqueue(event))) throw new Error(`the engagement ${i} conflicts`);
      }
      const correction = toCorrection(events[1], i);
      if (isCorrectedLater(i)) later.push(correction);
      else if (isCorrected(i) && i !== CORRECTED_LAST) await correct(correction);
    }
  }
  async function correctLast(): Promise<void> {
    const id = `e${CORRECTED_LAST}`;
    while (!isOver && crm.records.get(id)?.fields['Duration__c'] === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await correct(toCorrection(toEvents(CORRECTED_LAST)[1], CORRECTED_LAST));
  }
  let enqueuedMs: number | undefined;
  let enqueueFault: unknown;
  Promise.all(Array.from({ length: 16 }, run))
    .then(correctLast)
    .then(
      () => {
        enqueuedMs = performance.now() - startedAt;
      },
      (error: unknown) => {
        enqueueFault = error;
      },
    );

  onTestFinished(() => {
    isOver = true;
  });
  try {
    await waitWhile(
      () => crm.writes.length,
      () => {
        if (enqueueFault !== undefined) throw enqueueFault;
        return enqueuedMs !== undefined && crm.writes.length >= 0.9 * total;
      },
    );
    breakers.stop();
    await waitWhile(
      () => crm.writes.length,
      () => isAllDelivered(store),
    );
  } catch (error) {
    throw new Error(`${crm.writes.length} of ${total} arrived: ${await describeRest(store)}`, {
      cause: error,
    });
  }
  const durationMs = performance.now() - startedAt;
  await crew.stop();

  const lines = crew.members.flatMap(({ lines }) => lines);
  console.log({
    engagements: ENGAGEMENTS,
    events: total,
    seconds: Math.round(durationMs / 1000),
    enqueueSeconds: Math.round((enqueuedMs ?? 0) / 1000),
    requests: crm.requests.length,
    arrivedAgain: crm.writes.length - total,
    failedAttempts: countPrinted(lines, 'failed'),
    pauses: countPrinted(lines, 'paused'),
    refreshes: crm.count('refresh_token'),
    sessionsFoundEnded: crm.requests.filter(({ status }) => status === 401).length,
    ...breakers.counts,
    ...corrections,
    enqueueFailures,
    ...administrator.done,
  });

  // Nothing but the breakers ended a worker.
  expect(crew.members.map((member) => member.errors()).join('')).toBe('');
  expect(crew.members.every(({ process }) => process.signalCode === 'SIGKILL')).toBe(true);
  expect(crm.records.size).toBe(ENGAGEMENTS);
  for (let i = 0; i < ENGAGEMENTS; i++) {
    const duration = isCorrected(i) ? i + CORRECTION : i;
    expect(crm.records.get(`e${i}`)?.fields).toEqual({ Waited__c: i + 0.5, Duration__c: duration });
  }
  expect(corrections.revised).toBeGreaterThan(0);
  expect(corrections.replaced + corrections.revised).toBe(Math.ceil(ENGAGEMENTS / CORRECTED));
  const ended = new Set<string>();
  const corrected = new Set<string>();
  for (const { externalId, fields } of crm.writes) {
    const isEnd = 'Duration__c' in fields;
    if (!isEnd && ended.has(externalId)) expect.fail(`${externalId} started after it had ended`);
    if (isEnd) ended.add(externalId);
    const isRight = isEnd && !Number.isInteger(fields['Duration__c']);
    if (isEnd && !isRight && corrected.has(externalId)) {
      expect.fail(`${externalId} was overwritten after it had been corrected`);
    }
    if (isRight) corrected.add(externalId);
  }

  await postgres.stop();
  const output = Buffer.from(
    crew.members.map((member) => member.lines.join('\n') + member.errors()).join('\n'),
  );
  expect(findSecrets(output, crm)).toEqual([]);
  let isSearched = false;
  for (const [path, content] of await readFilesBelow(postgres.directory)) {
    expect({ path, found: findSecrets(content, crm) }).toEqual({ path, found: [] });
    isSearched ||= content.includes(`"id":"e${ENGAGEMENTS - 1}"`);
  }
  expect(isSearched).toBe(true);
});
