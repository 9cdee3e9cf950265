/** The part of `fetch` that key sets use. */
export type FetchLike = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<Response>;

/** How one document is fetched. */
export interface FetchTextOptions {
  readonly fetch: FetchLike;
  /** Ends the fetch, from connecting to the end of the body. */
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

/** The server answered, but not with status 200. */
export class StatusError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/**
 * Fetches a document of an issuer as text. Redirects are not followed, because an open redirect would let an
 * attacker choose the keys.
 * @throws Error whose message states what is wrong with the answer and quotes nothing of it.
 */
export async function fetchText(url: string, options: FetchTextOptions): Promise<string> {
  const { signal } = options;
  // The application's own `fetch` may ignore the signal, and then this promise would never settle.
  const deadline = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return Promise.race([requestText(url, options), deadline]);
}

async function requestText(url: string, options: FetchTextOptions): Promise<string> {
  const response = await options.fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'manual',
    signal: options.signal,
  });
  if (response.status !== 200 || response.redirected) {
    if (response.body !== null) discard(response.body);
    const fault = response.redirected ? 'a redirect' : `status ${response.status}`;
    throw new StatusError(`the key server answered with ${fault}`, response.status);
  }
  return readText(response, options.maxBytes);
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

/** @throws Error if the text is not JSON. The message quotes nothing of it. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the key server answered with something other than JSON');
  }
}
