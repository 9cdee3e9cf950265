import { fileURLToPath } from 'node:url';
import type { FetchHandler } from '@mandate/core';
import {
  assertAccessFile,
  createTestGuard,
  describeAccess,
  principal,
  type TestGuard,
} from '@mandate/testing';
import { describe, test } from 'vitest';
import { createExpressServer } from '../../examples/evaluate/src/express-server.js';
import { createHonoServer } from '../../examples/evaluate/src/hono-server.js';
import { createKoaServer } from '../../examples/evaluate/src/koa-server.js';
import { RULES } from '../../examples/evaluate/src/policy.js';

const FILE = fileURLToPath(new URL('../../examples/evaluate/access.txt', import.meta.url));

const global = principal({ permission: 'GLOBAL', scopes: ['SEARCH'] });

/** Who asks, with the tokens of the tour. */
const IDENTITIES = {
  stranger: null,
  search: principal({ scopes: ['SEARCH'] }),
  chat: principal({ scopes: ['CHAT'] }),
  'chat+agents': principal({ scopes: ['CHAT', 'AGENTS'] }),
  presence: principal({ scopes: ['PRESENCE'], groups: [12345] }),
  global,
  'global for amelia': { principal: global, headers: { 'x-glean-actas': 'amelia@example.com' } },
  anonymous: principal({ permission: 'ANONYMOUS', scopes: ['SEARCH'] }),
  admin: principal({ scopes: ['TOKEN_ADMIN'] }),
};

const administration: FetchHandler = () => {
  throw new Error('no handler runs');
};

const SERVERS = {
  Express: (guard: TestGuard) => createExpressServer(guard, administration),
  Koa: (guard: TestGuard) => createKoaServer(guard, administration),
  Hono: (guard: TestGuard) => createHonoServer(guard, administration),
};

describe('examples/evaluate', () => {
  test.each(Object.entries(SERVERS))(
    'lets on %s only those in that the committed matrix names',
    async (_host, createServer) => {
      const guard = createTestGuard(RULES);
      const matrix = await describeAccess(createServer(guard), {
        guard,
        identities: IDENTITIES,
        parameters: { groupid: 12345 },
      });
      await assertAccessFile(matrix, FILE);
    },
  );
});
