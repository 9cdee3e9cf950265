import { type PublicKey, toPublicKey } from './jwk.js';

/** The part of `fetch` that key sets use. */
export type FetchLike = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<Response>;

/** The limits of one fetch of a key set. */
export interface FetchLimits {
  readonly timeoutMs: number;
  readonly maxKeys: number;
  readonly maxBytes: number;
}

/**
 * Fetches a JWK Set and returns its usable keys. One deadline covers connecting, headers and body.
 * @throws Error whose message states what is wrong with the answer and quotes nothing of it.
 */
export async function fetchKeys(
  url: string,
  fetch: FetchLike,
  limits: FetchLimits,
): Promise<readonly PublicKey[]> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  // The application's own `fetch` may ignore the signal, and then this promise would never settle.
  const deadline = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  const text = await Promise.race([fetchText(url, fetch, { signal, ...limits }), deadline]);
  return toKeys(text, limits.maxKeys);
}

async function fetchText(
  url: string,
  fetch: FetchLike,
  { signal, maxBytes }: FetchLimits & { readonly signal: AbortSignal },
): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    // Otherwise an open redirect on the key server would let an attacker choose the keys.
    redirect: 'manual',
    signal,
  });
  if (response.status !== 200 || response.redirected) {
    if (response.body !== null) discard(response.body);
    const fault = response.redirected ? 'a redirect' : `status ${response.status}`;
    throw new Error(`the key server answered with ${fault}`);
  }
  return readText(response, maxBytes);
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('the key server answered without a body');
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size > maxBytes) {
      discard(reader);
      throw new Error(`the key server answered with more than ${maxBytes} bytes (maxBytes)`);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Cancels a body without waiting: if the application's `fetch` keeps a clone of the response, the
 * promise settles only after the clone is read or cancelled too (WHATWG Streams, "tee").
 */
function discard(body: Pick<ReadableStream, 'cancel'>): void {
  body.cancel().catch(() => {});
}

function toKeys(text: string, maxKeys: number): readonly PublicKey[] {
  const members = parseMembers(text);
  if (members.length > maxKeys) {
    throw new Error(`the key set has more than ${maxKeys} keys (maxKeys)`);
  }
  const keys = members.map(toPublicKey).filter((key) => key !== undefined);
  // Broken servers answer with an empty set. An issuer that withdraws a key publishes a new one.
  if (keys.length === 0) throw new Error('the key set has no usable public key');
  return keys;
}

function parseMembers(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the key server answered with something other than JSON');
  }
  const keys = typeof value === 'object' && value !== null && 'keys' in value && value.keys;
  if (!Array.isArray(keys)) throw new Error('the key server answered without a JWK Set');
  return keys;
}
