import { describe, expect, test } from 'vitest';
import { FIRST, MOST_FAULTS, REQUESTS, SEED } from './agreement-settings.js';
import { runCampaign } from './campaign.js';
import { createPathTrials } from './path-trial.js';
import { report } from './report.js';

describe.each(['Express', 'Koa', 'Hono', 'Fastify', 'Nest', 'Fetch'] as const)('on %s', (host) => {
  test('no request reaches a handler or a file under a rule other than its own', async () => {
    const tally = await runCampaign({
      open: createPathTrials(host),
      requests: REQUESTS,
      seed: SEED,
      first: FIRST,
      mostFaults: MOST_FAULTS,
    });
    report(`paths on ${host}`, tally);
    expect(tally.faults.join('\n\n')).toBe('');
    expect(tally.served).toBeGreaterThan(tally.requests / 20);
  }, 86_400_000);
});
