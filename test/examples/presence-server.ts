import { createServer } from 'node:http';
import { addFirstAgent, createPresence } from '../../examples/presence/src/main.js';
import { createVisitors } from '../../examples/presence/src/visitors.js';
import { openSqliteForTest } from '../sql/databases.js';
import { listen } from '../support/listen.js';

/** The example on a loopback port, with its first agent, until the end of the test. */
export async function servePresence() {
  const clock = { ms: Date.now() };
  const server = createServer();
  const origin = await listen(server);
  const { app, directory } = createPresence({
    origin,
    database: await openSqliteForTest(),
    keyEncryptionKey: new Uint8Array(32).fill(7),
    visitors: createVisitors(() => clock.ms),
  });
  server.on('request', app);
  const password = (await addFirstAgent(directory)) ?? '';
  return { origin, directory, password, clock };
}
