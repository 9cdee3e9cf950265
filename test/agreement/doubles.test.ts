import { describe, expect, test } from 'vitest';
import { createBodyTrials } from './body-trial.js';
import { runCampaign } from './campaign.js';
import { withoutGroupConflicts, withoutPathCheck, withoutRouteCheck } from './doubles.js';
import { createPathTrials } from './path-trial.js';

const REQUESTS = 20_000;

describe.each(['Express', 'Koa', 'Hono', 'Fastify', 'Fetch'] as const)(
  'on %s, the campaign finds',
  (host) => {
    test.each([
      ['a guard that does not reject ambiguous paths', withoutPathCheck(createPathTrials(host))],
      ['a guard that ignores conflicts of groups', withoutGroupConflicts(createBodyTrials(host))],
    ])('%s', async (_name, open) => {
      const tally = await runCampaign({ open, requests: REQUESTS, seed: 1 });
      expect(tally.faults).not.toEqual([]);
    });
  },
);

describe.each(['Express', 'Koa', 'Hono', 'Fastify'] as const)(
  'on %s, the campaign finds',
  (host) => {
    test('applications that checkRoutes would reject', async () => {
      const open = withoutRouteCheck(createPathTrials(host));
      const tally = await runCampaign({ open, requests: REQUESTS, seed: 1 });
      expect(tally.faults).not.toEqual([]);
    });
  },
);
