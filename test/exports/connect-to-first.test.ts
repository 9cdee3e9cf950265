import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectToFirst } from '../../packages/exports/src/fetch/connect-to-first.js';

const NEVER = new AbortController().signal;
async function listen(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test('the next address is tried after a refused connection', async () => {
  const port = await listen();
  const socket = await connectToFirst(['127.0.0.2', '127.0.0.3', '127.0.0.1'], port, NEVER);
  onTestFinished(() => void socket.destroy());
  expect(socket.remoteAddress).toBe('127.0.0.1');
});

test('if no address accepts, the connection fails', async () => {
  const port = await listen();
  await expect(connectToFirst(['127.0.0.2', '127.0.0.3'], port, NEVER)).rejects.toMatchObject({
    code: 'unreachable',
    mayHaveArrived: false,
  });
});

test('the signal ends an attempt, also if it was aborted before', async () => {
  const port = await listen();
  const controller = new AbortController();
  const first = expect(connectToFirst(['127.0.0.1'], port, controller.signal)).rejects;
  controller.abort();
  await first.toMatchObject({ code: 'unreachable', mayHaveArrived: false });
  const second = expect(connectToFirst(['127.0.0.1'], port, controller.signal)).rejects;
  await second.toMatchObject({ code: 'unreachable', mayHaveArrived: false });
});
