import { onTestFinished } from 'vitest';
import type { Crm } from '../../support/crm/crm.js';
import type { CrmFault } from '../../support/crm/faults.js';
import type { Crew } from './crew.js';
import type { CutProxy } from './cut-proxy.js';

export interface Breakable {
  readonly crm: Crm;
  readonly proxy: CutProxy;
  readonly crew: Crew;
}

export interface Breakers {
  /** What was broken how often. */
  readonly counts: Readonly<Record<string, number>>;
  stop(): void;
}

const PROVIDER_FAULTS: readonly CrmFault[] = [
  ...(['error', 'unavailable', 'throttle', 'hang', 'garbage', 'close', 'lose'] as const),
];
const RECEIVER_FAULTS: readonly CrmFault[] = [
  ...([
    'error',
    'unavailable',
    'throttle',
    'hang',
    'garbage',
    'close',
    'lose',
    'redirect',
  ] as const),
  { status: 403, body: [{ message: 'quota', errorCode: 'REQUEST_LIMIT_EXCEEDED' }] },
];

/** How long the provider, the receiver or the database is broken. */
const OUTAGE_MS = 300;
const MANY = 1000;

/**
 * Breaks everything again and again, by how much has arrived since, so that a slow machine has no more
 * to bear than a fast one. The provider and the receiver break in every way in turn.
 *
 * @param portion of all that is to arrive, after which something breaks.
 */
export function startBreakers({ crm, proxy, crew }: Breakable, portion: number): Breakers {
  const counts = { receiverFaults: 0, providerFaults: 0, databaseCuts: 0, kills: 0 };
  const next = <Fault>(faults: readonly Fault[], count: number) =>
    faults[count % faults.length] as Fault;
  const ways = [
    () => crm.fail('records', next(RECEIVER_FAULTS, counts.receiverFaults++), MANY),
    () => {
      crm.fail('token', next(PROVIDER_FAULTS, counts.providerFaults++), MANY);
      crm.killSessions();
    },
    () => {
      counts.databaseCuts++;
      proxy.isDown = true;
      proxy.cut();
    },
    () => {
      counts.kills++;
      void crew.killOne();
    },
  ];
  let broken = 0;
  let isBroken = false;
  const timer = setInterval(() => {
    if (isBroken || crm.writes.length < (broken + 1) * portion) return;
    isBroken = true;
    ways[broken++ % ways.length]?.();
    setTimeout(() => {
      crm.recover();
      proxy.isDown = false;
      isBroken = false;
    }, OUTAGE_MS);
  }, 10);
  const stop = () => {
    clearInterval(timer);
    crm.recover();
  };
  onTestFinished(stop);
  return { counts, stop };
}
