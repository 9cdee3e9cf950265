import type { Server } from 'node:http';
import type { TokenAuthority } from '@mandate/tokens';
import { expect, test } from 'vitest';
import { startPostgres } from '../support/postgres.js';
import { writePrograms } from './start-program.js';

const ADMIN = { subject: 'admin', isSuperAdmin: true };

const postgres = await startPostgres();

async function get(url: string, token = ''): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status;
}

test('the guide about PostgreSQL rejects a token in one instance that another revoked', async () => {
  const connectionString = await postgres.createDatabase();
  const replacements = { "process.env['DATABASE_URL']": `'${connectionString}'` };
  const loads = await Promise.all(
    [1, 2].map(() => writePrograms('packages/core/docs/postgres.md', replacements)),
  );
  const instances = (await Promise.all(loads.map((load) => load('server.ts')))) as {
    authority: TokenAuthority;
    server: Server;
    stop(): Promise<void>;
  }[];
  const [first, second] = instances;
  const issued = await first?.authority.create(
    { description: 'job', permission: 'USER', userEmail: 'ada@example.com', scopes: ['DOCUMENTS'] },
    ADMIN,
  );
  const address = second?.server.address() as { port: number };
  const url = `http://127.0.0.1:${address.port}/documents/7`;
  expect(await get(url, issued?.secret)).toBe(200);
  await first?.authority.revoke(issued?.token.id ?? '', ADMIN);
  await expect.poll(() => get(url, issued?.secret)).toBe(401);
  await Promise.all(instances.map((one) => one.stop()));
});
