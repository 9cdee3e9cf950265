import type { McpHandler } from '@mandate/mcp';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  legacy,
  modern,
  modernHeaders,
  NOW_MS,
  openEndpoint,
  post,
  Tokens,
} from './open-endpoint.js';

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: NOW_MS });
  return () => vi.useRealTimers();
});

/** A server that opens a stream, and what became of it. */
function createStreamServer() {
  const state = { isCancelled: false };
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const handler: McpHandler = () => {
    const body = new ReadableStream<Uint8Array>({
      start: (own) => {
        controller = own;
      },
      cancel: () => {
        state.isCancelled = true;
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  const send = (text: string) => controller?.enqueue(new TextEncoder().encode(text));
  return { state, handler, send, end: () => controller?.close() };
}

async function openStream(
  tokens = new Tokens(),
  request = post(legacy('tools/call', { name: 'find_file' })),
) {
  const server = createStreamServer();
  const endpoint = openEndpoint({ now: () => Date.now() }, server.handler, tokens);
  const response = await endpoint.fetch(request);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  onTestFinished(() => reader.cancel().catch(() => {}));
  const read = async () => {
    const { done, value } = await reader.read();
    return done ? 'end' : new TextDecoder().decode(value);
  };
  return { ...server, read, reader };
}

test('a stream passes events on as they come, and ends with its server', async () => {
  const { send, read, end } = await openStream();
  send(': first\n\n');
  expect(await read()).toBe(': first\n\n');
  send('data: {}\n\n');
  expect(await read()).toBe('data: {}\n\n');
  end();
  expect(await read()).toBe('end');
  expect(vi.getTimerCount()).toBe(0);
});

test('a stream ends when its token expires', async () => {
  const { state, send, read } = await openStream();
  await vi.advanceTimersByTimeAsync(HOUR_MS - 1);
  send('data: {}\n\n');
  expect(await read()).toBe('data: {}\n\n');
  expect(state.isCancelled).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await read()).toBe('end');
  expect(state.isCancelled).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('a stream ends at the next check after its token was revoked', async () => {
  const tokens = new Tokens();
  const { state, read } = await openStream(tokens);
  await vi.advanceTimersByTimeAsync(29_000);
  tokens.revoked.add('reader');
  expect(state.isCancelled).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await read()).toBe('end');
  expect(state.isCancelled).toBe(true);
});

test('a stream of a subscription ends too', async () => {
  const request = post(
    modern('subscriptions/listen', { notifications: {} }),
    modernHeaders('subscriptions/listen'),
  );
  const tokens = new Tokens();
  const { read } = await openStream(tokens, request);
  tokens.revoked.add('reader');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await read()).toBe('end');
});

test('a stream ends if its token cannot be verified again', async () => {
  const tokens = new Tokens();
  const { read } = await openStream(tokens);
  tokens.verify = () => {
    throw new Error('an error of the verifier');
  };
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await read()).toBe('end');
});

test('a client that leaves ends the stream of the server and its checks', async () => {
  const { state, reader } = await openStream();
  await reader.cancel();
  expect(state.isCancelled).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('an answer in JSON has no timer', async () => {
  const { fetch } = openEndpoint();
  const response = await fetch(post(legacy('tools/call', { name: 'find_file' })));
  expect(await response.json()).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  expect(vi.getTimerCount()).toBe(0);
});
