import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGuard } from '@mandate/core';
import { describe, expect, test } from 'vitest';
import { compileSnippets } from '../docs/snippets.js';
import { createRequest } from '../support/auth-request.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';
import { Collected } from './collected.js';

const FOLDER = fileURLToPath(new URL('../../packages/opentelemetry/operations/', import.meta.url));
const DASHBOARD = readFileSync(`${FOLDER}dashboard.json`, 'utf8');
const ALERTS = readFileSync(`${FOLDER}alerts.yaml`, 'utf8');

/** From the package `prometheus` of Debian; on the machine of the continuous integration it must be there. */
const hasNoPromtool =
  process.env['CI'] !== 'true' && spawnSync('promtool', ['--version']).error !== undefined;

const compile = (dashboard: string) =>
  compileSnippets([
    {
      document: 'dashboard.md',
      line: 0,
      code: `import type { Dashboard } from '@grafana/schema';\nexport const dashboard: Dashboard = ${dashboard};`,
      name: 'dashboard.ts',
    },
  ]);

describe('the dashboard', () => {
  test('has the form of the schema of Grafana', () => {
    expect(compile(DASHBOARD)).toEqual([]);
  });

  test('would not, with a panel of another form', () => {
    expect(compile(DASHBOARD.replace('"type": "timeseries"', '"type": 5'))).toHaveLength(1);
  });
});

describe('what the dashboard and the alerts ask for', () => {
  test('is what a Prometheus server reads', async () => {
    const queries = `${DASHBOARD}${ALERTS}`.replaceAll('(_seconds)?', '');
    const names = new Set(queries.match(/\bmandate_[a-z_]+/g));
    const labels = ['mandate_code', 'mandate_issuer', 'mandate_status', 'mandate_verifier'];
    const others = ['mandate_outcome', 'mandate_change'];
    for (const label of [...labels, ...others]) names.delete(label);
    const text = await createBusy().then((collected) => collected.toPrometheus());
    expect(names.size).toBeGreaterThan(10);
    for (const name of names) expect(text).toContain(`\n${name}{`);
    for (const label of labels) expect(text).toContain(`${label}="`);
  });
});

/** Every metric with at least one value. */
async function createBusy(): Promise<Collected> {
  const collected = new Collected();
  const { telemetry } = collected;
  const verifier = telemetry.observeVerifier(verifierOf(createPrincipal()), 'static');
  const guard = createGuard({
    verifiers: [verifier],
    endpoints: { 'GET /': { scopes: [] } },
    onDecision: telemetry.onDecision,
  });
  for (let count = 0; count < 2; count++) guard.decide(createRequest({ token: 'good' }));
  telemetry.onFetch({ url: 'https://keys.example/jwks', ok: true, failures: 0 });
  telemetry.onEvent({ type: 'delivered', exportType: 'engagement', afterMs: 1 });
  telemetry.onEvent({ type: 'paused', reason: 'quota_exceeded' });
  telemetry.observeGuard({
    health: () => [{ name: 'https://issuer.example', status: 'ready', ageSeconds: 1 }],
  });
  telemetry.observeExports({
    connections: { list: async () => [{ id: 'c1' }] },
    countDeliveries: async () => ({ waiting: 1, dead: 0, oldestWaitingAt: new Date(0) }),
  });
  const listeners: ((id: string | undefined) => void)[] = [];
  telemetry.observeTokenStore({
    get: async () => ({ revokedAt: new Date(0) }),
    onChange: (listener) => {
      listeners.push(listener);
      return () => {};
    },
  });
  for (const listener of listeners) listener('t1');
  await expect.poll(() => collected.read('mandate.revocation.lag')).not.toEqual({});
  return collected;
}

describe.skipIf(hasNoPromtool)('the alerts', () => {
  const promtool = (...args: string[]) => execFileSync('promtool', args, { encoding: 'utf8' });

  test('are rules for Prometheus', () => {
    expect(promtool('check', 'rules', `${FOLDER}alerts.yaml`)).toContain('SUCCESS: 6 rules found');
  });

  test('fire when they should', () => {
    const tests = fileURLToPath(new URL('alerts.test.yaml', import.meta.url));
    expect(promtool('test', 'rules', tests)).toContain('SUCCESS');
  });
});
