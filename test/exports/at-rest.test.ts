import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { createExports } from '@mandate/exports';
import { expect, test } from 'vitest';
import { startOwnPostgres } from '../support/postgres.js';
import { createDatabaseFile, openExportStore } from './open-store.js';
import { createCrmWorld, KEY, SESSION } from './support/crm-world.js';
import { engagement } from './support/events.js';
import { readFilesBelow } from './support/find-secrets.js';

const postgres = await startOwnPostgres();

const places = {
  // While it is open, what was written last is in the write-ahead log alone.
  SQLite: async () => {
    const file = await createDatabaseFile();
    return { place: file, directory: dirname(file) };
  },
  PostgreSQL: async () => ({
    place: await postgres.createDatabase(),
    directory: postgres.directory,
  }),
};

test.each(['SQLite', 'PostgreSQL'] as const)(
  'no file of %s, including its logs of changes, ever holds a secret',
  async (name) => {
    const { place, directory } = await places[name]();
    const made: Buffer[] = [];
    const random = (bytes: number) => {
      const value = randomBytes(bytes);
      // Shorter ones name connections and leases.
      if (bytes >= 32) made.push(value);
      return value;
    };
    const store = await openExportStore(place);
    const world = await createCrmWorld({ store, random });
    const { crm, connections } = world;
    const created = await connections.create(
      world.fillIn({ destination: { kind: 'webhook', url: crm.hookUrl }, siteId: 'site-1' }),
    );
    const { id, redirectUri } = created.connection;
    crm.redirectUris.add(redirectUri ?? '');
    await connections.authorize(id, SESSION, 'given up');
    await world.logIn(id);
    await connections.rotateSigningSecret(id, 3600);
    crm.killSessions();
    const exports = createExports({
      ...{ store, keys: [KEY], allowLoopback: true, random },
      callbackUrl: 'https://app.example.com/exports/callback',
    });
    await exports.enqueue(engagement('e-to-be-found'));
    expect(await exports.worker.runOnce()).toBe(1);
    expect(crm.posts).toHaveLength(1);

    const files = [...(await readFilesBelow(directory)).values()];
    const isKept = (text: string) => files.some((content) => content.includes(text));
    expect(isKept('e-to-be-found')).toBe(true);
    expect(isKept(id)).toBe(true);
    const secrets = [
      ...[crm.clientSecret, SESSION, created.signingSecret?.slice(6) ?? 'none', ...crm.secrets],
      // States, PKCE verifiers and signing secrets.
      ...made.flatMap((value) => [value.toString('base64url'), value.toString('base64')]),
      Buffer.from(KEY).toString('latin1'),
    ];
    // Two log-ins, two signing secrets.
    expect(made.length).toBeGreaterThanOrEqual(6);
    expect(crm.secrets.size).toBeGreaterThanOrEqual(5);
    expect(secrets.filter(isKept)).toEqual([]);
  },
);
