import type { Guard } from '@mandate/core';
import type { KeyFetchEvent } from '@mandate/core/jwt';
import type { Meter } from '@opentelemetry/api';
import { BoundedNames } from './bounded-names.js';

const MAX_SERVERS = 20;

/** Counts the fetches of key sets. */
export function createKeyFetchMetrics(meter: Meter): (event: KeyFetchEvent) => void {
  const fetches = meter.createCounter('mandate.key_fetches', {
    unit: '{fetch}',
    description: 'Fetches of key sets and of the metadata that names them',
  });
  const servers = new BoundedNames(MAX_SERVERS);
  return ({ url, ok }) => {
    fetches.add(1, {
      'server.address': servers.toName(toHost(url)),
      'mandate.outcome': ok ? 'fetched' : 'failed',
    });
  };
}

function toHost(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : 'unknown';
}

/** Observes the age and the state of what the verifiers of a guard depend on. */
export function observeHealth(meter: Meter, guard: Pick<Guard, 'health'>): () => void {
  const age = meter.createObservableGauge('mandate.keys.age', {
    unit: 's',
    description: 'Seconds since the keys that are in use were fetched',
  });
  const availability = meter.createObservableGauge('mandate.verifier.status', {
    unit: '{status}',
    description: '1 for the current status of what a verifier depends on, otherwise 0',
  });
  const observe: Parameters<typeof meter.addBatchObservableCallback>[0] = (result) => {
    const names = new BoundedNames(MAX_SERVERS);
    for (const { name, status, ageSeconds } of guard.health()) {
      const attributes = { 'mandate.issuer': names.toName(name) };
      if (ageSeconds !== undefined) result.observe(age, ageSeconds, attributes);
      for (const one of ['ready', 'stale', 'unavailable']) {
        const value = one === status ? 1 : 0;
        result.observe(availability, value, { ...attributes, 'mandate.status': one });
      }
    }
  };
  meter.addBatchObservableCallback(observe, [age, availability]);
  return () => meter.removeBatchObservableCallback(observe, [age, availability]);
}
