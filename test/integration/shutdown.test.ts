import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGuard, type Guard } from '@mandate/core';
import { shutdown } from '@mandate/core/shutdown';
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority, createTokenVerifier } from '@mandate/tokens';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HOSTS } from './hosts.js';

const ADMIN = { subject: 'admin@example.com', isSuperAdmin: true };

interface Gate {
  /** Fulfilled when a request waits at the gate. */
  readonly reached: Promise<void>;
  readonly opened: Promise<void>;
  reach(): void;
  open(): void;
}

function createGate(): Gate {
  let reach = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { reached, opened, reach: () => reach(), open: () => open() };
}

async function start(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Everything that a server stops with: issued tokens and exports in one SQLite file. */
async function openParts(gate: Gate) {
  const folder = mkdtempSync(join(tmpdir(), 'mandate-shutdown-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'app.db');
  const database = await openSqlite({ file });
  const store = createSqlTokenStore(database);
  const { secret, token } = await createTokenAuthority({ store }).create(
    {
      description: 'a script',
      permission: 'USER',
      userEmail: 'ada@example.com',
      scopes: ['READ'],
    },
    ADMIN,
  );
  const verifier = createTokenVerifier({ store });
  const guard: Guard = createGuard({
    verifiers: [verifier],
    endpoints: {
      'GET /slow': {
        scopes: ['READ'],
        allowIf: async () => {
          gate.reach();
          await gate.opened;
          return true as const;
        },
      },
    },
  });
  const { worker } = createExports({
    store: createSqlExportStore(database),
    keys: [new Uint8Array(32)],
    callbackUrl: 'https://app.example.com/callback',
  });
  worker.start();
  return { file, database, verifier, guard, worker, secret, id: token.id };
}

/** A request whose connection is kept alive afterwards, as clients do. */
function get(port: number, token: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, connection: 'keep-alive' };
    const sent = request({ host: '127.0.0.1', port, path: '/slow', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    sent.on('error', reject).end();
  });
}

describe.each(Object.entries(HOSTS))('shutdown on %s', (_, createServer) => {
  test('answers the requests in flight before it closes what they need', async () => {
    const gate = createGate();
    const { file, database, verifier, guard, worker, secret, id } = await openParts(gate);
    const server = createServer({ guard });
    const port = await start(server);
    const order: string[] = [];
    const answer = get(port, secret).then((result) => {
      order.push('answered');
      return result;
    });
    await gate.reached;

    const ended = shutdown({
      servers: [server],
      workers: [worker],
      verifiers: [verifier],
      databases: [database],
      timeoutMs: 600_000,
    }).then(() => order.push('ended'));
    await expect(get(port, secret)).rejects.toThrow('ECONNREFUSED');
    gate.open();

    expect(await answer).toEqual({ status: 200, body: 'ada@example.com;done' });
    await ended;
    expect(order).toEqual(['answered', 'ended']);
    const reopened = await openSqlite({ file });
    const stored = await createTokenAuthority({ store: createSqlTokenStore(reopened) }).get(id);
    await reopened.close();
    expect(stored.lastUsedAt).toBeInstanceOf(Date);
  });

  test('cuts a request that does not end, says so, and closes the rest', async () => {
    const gate = createGate();
    const { database, verifier, guard, worker, secret } = await openParts(gate);
    const server = createServer({ guard });
    const answer = get(await start(server), secret);
    answer.catch(() => {});
    await gate.reached;
    const ended = shutdown({
      servers: [server],
      workers: [worker],
      verifiers: [verifier],
      databases: [database],
      timeoutMs: 20,
    });
    await expect(ended).rejects.toMatchObject({
      errors: expect.arrayContaining([new Error('shutdown: the servers did not end within 20 ms')]),
    });
    await expect(answer).rejects.toThrow();
    gate.open();
  });
});

describe('shutdown', () => {
  const log: string[] = [];
  const part = (name: string, end: () => unknown = () => {}) => {
    const run = async () => {
      log.push(name);
      await end();
    };
    return { stop: run, close: run };
  };

  test('ends everything in order, whatever fails', async () => {
    log.length = 0;
    const fail = (name: string) =>
      part(name, () => {
        throw new Error(`${name} failed`);
      });
    const ended = shutdown({
      databases: [part('database')],
      verifiers: [fail('verifier')],
      workers: [fail('worker'), part('second worker')],
    });
    await expect(ended).rejects.toMatchObject({
      message: 'shutdown: not everything ended well',
      errors: [new Error('worker failed'), new Error('verifier failed')],
    });
    expect(log).toEqual(['worker', 'second worker', 'verifier', 'database']);
  });

  test('does nothing without options', async () => {
    await expect(shutdown({})).resolves.toBeUndefined();
  });

  test.each([
    [{ servers: {} }, 'servers must be a list of objects with a method close'],
    [{ workers: [part('worker'), undefined] }, 'workers must be a list of objects with'],
    [{ databases: [{ end: () => {} }] }, 'databases must be a list of objects with a method close'],
    [{ timeoutMs: -1 }, 'timeoutMs'],
    [{ server: [] }, 'unknown option "server" in shutdown'],
  ])('throws for %j and ends nothing', async (options, message) => {
    log.length = 0;
    await expect(
      shutdown({ verifiers: [part('verifier')], ...(options as object) }),
    ).rejects.toThrow(message);
    expect(log).toEqual([]);
  });
});
