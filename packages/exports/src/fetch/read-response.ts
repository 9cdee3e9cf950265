import type { IncomingMessage } from 'node:http';
import { FetchFailure } from './fetch-failure.js';

/** The header fields that callers use. The others are dropped. */
const KEPT_HEADERS = ['content-type', 'date', 'retry-after', 'www-authenticate'];

/** Reads a response to its end. Throws `too_large` as soon as the body exceeds `maxBytes`. */
export async function readResponse(message: IncomingMessage, maxBytes: number): Promise<Response> {
  const body = await readBody(message, maxBytes);
  // RFC 9112 §6.3: a response that ends early is incomplete, and not every runtime throws.
  if (!message.complete) throw new FetchFailure('unreachable', true);
  const { statusCode: status = 0, rawHeaders } = message;
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    if (KEPT_HEADERS.includes(name.toLowerCase())) headers.append(name, value);
  }
  const isBodiless = [204, 205, 304].includes(status);
  return new Response(isBodiless ? null : body, { status, headers });
}

/** By events, because iterating costs a tenth of the whole request. */
function readBody(message: IncomingMessage, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    message.on('data', (chunk: Uint8Array) => {
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size > maxBytes) reject(new FetchFailure('too_large', true));
    });
    message.on('error', reject);
    message.on('aborted', reject);
    message.on('end', () => resolve(Uint8Array.from(Buffer.concat(chunks))));
    message.on('close', () => resolve(Uint8Array.from(Buffer.concat(chunks))));
  });
}
