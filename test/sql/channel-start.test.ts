import { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import { expect, test } from 'vitest';
import { PostgresChannel } from '../../packages/sql/src/postgres/postgres-channel.js';

/** A connection whose statements are answered by `query`. */
function createClient(query: (text: string) => Promise<unknown>): Client {
  const members = { connect: async () => {}, end: async () => {}, query };
  return Object.assign(new EventEmitter(), members) as unknown as Client;
}

async function start(query: (text: string) => Promise<unknown>) {
  const errors: unknown[] = [];
  const channel = new PostgresChannel({
    connect: () => createClient(query),
    heartbeatMs: 60_000,
    onLost: () => {},
    onError: (error) => errors.push(error),
  });
  const result = await channel.start().catch((error: unknown) => error);
  await channel.stop();
  return { result, errors, isConnected: channel.isConnected };
}

test('starts disconnected if its connections are closed during the first heartbeat', async () => {
  const closed = new Error('Client was closed and is not queryable');
  const answer = async (text: string) => {
    if (text.startsWith('notify')) throw closed;
  };
  expect(await start(answer)).toEqual({ result: undefined, errors: [closed], isConnected: false });
});

test('does not start if it cannot listen', async () => {
  const rejected = new Error('permission denied');
  const { result, errors } = await start(() => Promise.reject(rejected));
  expect(result).toBe(rejected);
  expect(errors).toEqual([rejected]);
});
