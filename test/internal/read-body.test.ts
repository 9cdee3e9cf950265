import { BodyError, readBody } from '@mandate/internal/read-body';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const LIMITS = { maxBytes: 8, timeoutMs: 1000 };

const stream = (...chunks: readonly (string | Uint8Array)[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
      }
      controller.close();
    },
  });

describe('readBody', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('joins the chunks of a body up to the limit, characters that span two included', async () => {
    expect(await readBody(null, LIMITS)).toBe('');
    expect(await readBody(stream(), LIMITS)).toBe('');
    expect(await readBody(stream('1234', '5678'), LIMITS)).toBe('12345678');
    expect(await readBody(stream(Uint8Array.of(0xc3), Uint8Array.of(0xa9)), LIMITS)).toBe('é');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stops at the first byte past the limit', async () => {
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(5)),
      cancel: () => {
        isCancelled = true;
      },
    });
    await expect(readBody(endless, LIMITS)).rejects.toEqual(new BodyError('too_large'));
    expect(isCancelled).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stops when the time is up, even if the sender never settles its cancellation', async () => {
    const silent = new ReadableStream<Uint8Array>({ cancel: () => new Promise(() => {}) });
    const read = expect(readBody(silent, LIMITS)).rejects.toEqual(new BodyError('too_slow'));
    await vi.advanceTimersByTimeAsync(LIMITS.timeoutMs);
    await read;
  });

  test('reports a sender that disconnects', async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('aborted')),
    });
    await expect(readBody(broken, LIMITS)).rejects.toEqual(new BodyError('incomplete'));
  });

  test.each([[Uint8Array.of(0xff)], [Uint8Array.of(0xc3)], [Uint8Array.of(0xed, 0xa0, 0x80)]])(
    'rejects bytes that are not UTF-8: %s',
    async (bytes) => {
      await expect(readBody(stream(bytes), LIMITS)).rejects.toEqual(new BodyError('not_utf8'));
    },
  );

  test('throws a TypeError for a body that was already consumed', async () => {
    const body = stream('1');
    body.getReader();
    await expect(readBody(body, LIMITS)).rejects.toThrow(TypeError);
  });
});
