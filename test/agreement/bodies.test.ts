import { describe, expect, test } from 'vitest';
import { FIRST, MOST_FAULTS, REQUESTS, SEED } from './agreement-settings.js';
import { createBodyTrials } from './body-trial.js';
import { runCampaign } from './campaign.js';
import { report } from './report.js';

describe.each(['Express', 'Koa', 'Hono', 'Fastify', 'Nest', 'Fetch'] as const)('on %s', (host) => {
  test('no handler acts on a group other than the one that the guard checked', async () => {
    const tally = await runCampaign({
      open: createBodyTrials(host),
      requests: REQUESTS,
      seed: SEED,
      first: FIRST,
      mostFaults: MOST_FAULTS,
    });
    report(`bodies on ${host}`, tally);
    expect(tally.faults.join('\n\n')).toBe('');
    expect(tally.served).toBeGreaterThan(tally.requests / 50);
  }, 86_400_000);
});
