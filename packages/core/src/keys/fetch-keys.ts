import { type PublicKey, readPublicKey } from './jwk.js';

/** The part of `fetch` that key sets use. */
export type FetchLike = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<Response>;

/** More bytes than any real key set has; a larger answer is not read to its end. */
const MAX_BYTES = 512 * 1024;
const MAX_KEYS = 200;

/**
 * Fetches a JWK Set and reads its usable keys. One deadline covers connecting, headers and body.
 * @throws Error whose message says what was wrong with the answer, never what it said.
 */
export function fetchKeys(
  url: string,
  fetch: FetchLike,
  timeoutMs: number,
): Promise<readonly PublicKey[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  // A fetch of the application's may ignore the signal, and then nothing would ever be decided again.
  const deadline = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return Promise.race([fetchText(url, fetch, signal), deadline]).then(readKeys);
}

async function fetchText(url: string, fetch: FetchLike, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    // Whoever can make the key server redirect could otherwise choose the keys.
    redirect: 'manual',
    signal,
  });
  if (response.status !== 200 || response.redirected) {
    await response.body?.cancel();
    const fault = response.redirected ? 'a redirect' : `status ${response.status}`;
    throw new Error(`the key server answered with ${fault}`);
  }
  return readText(response);
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('the key server answered without a body');
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.byteLength;
    if (size > MAX_BYTES) {
      await reader.cancel();
      throw new Error(`the key server answered with more than ${MAX_BYTES} bytes`);
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text + decoder.decode();
}

function readKeys(text: string): readonly PublicKey[] {
  const members = readMembers(text);
  if (members.length > MAX_KEYS) throw new Error(`the key set has more than ${MAX_KEYS} keys`);
  const keys = members.map(readPublicKey).filter((key) => key !== undefined);
  // An empty set is what a broken server says, not how an issuer withdraws: it would publish a new key.
  if (keys.length === 0) throw new Error('the key set has no usable public key');
  return keys;
}

function readMembers(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('the key server answered with something else than JSON');
  }
  const keys = typeof value === 'object' && value !== null && 'keys' in value && value.keys;
  if (!Array.isArray(keys)) throw new Error('the key server answered with no JWK Set');
  return keys;
}
