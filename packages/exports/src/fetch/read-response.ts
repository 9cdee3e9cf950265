import type { IncomingMessage } from 'node:http';
import { FetchFailure } from './fetch-failure.js';

/** A complete response. */
export interface RawResponse {
  readonly status: number;
  /** Names and values in turn, as they arrived. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

interface Reader {
  readonly succeed: (response: RawResponse) => void;
  readonly fail: (error: unknown) => void;
}

const NOTHING = Buffer.alloc(0);

/** Reads a response to its end. Fails with `too_large` as soon as the body exceeds `maxBytes`. */
export function readResponse(
  message: IncomingMessage,
  maxBytes: number,
  { succeed, fail }: Reader,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  // By events, because iterating costs a tenth of the whole request.
  message.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    chunks.push(chunk);
    if (size > maxBytes) fail(new FetchFailure('too_large', true));
  });
  message.on('error', fail);
  message.on('aborted', fail);
  const end = () => {
    // RFC 9112 §6.3: a response that ends early is incomplete, and not every runtime reports an error.
    if (!message.complete) return fail(new FetchFailure('unreachable', true));
    const { statusCode: status = 0, rawHeaders } = message;
    const body = chunks.length === 0 ? NOTHING : Buffer.concat(chunks);
    succeed({ status, rawHeaders, body });
  };
  message.on('end', end);
  // Not every runtime ends a response that it has aborted.
  message.on('close', end);
}

/** Returns the value of a header field, joined by commas if it was repeated (RFC 9110 §5.3). */
export function getHeader({ rawHeaders }: RawResponse, wanted: string): string | undefined {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === wanted) values.push(rawHeaders[i + 1] ?? '');
  }
  return values.length === 0 ? undefined : values.join(', ');
}
