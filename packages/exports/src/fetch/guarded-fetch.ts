import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { findUrlProblem } from './guarded-url.js';
import { isLoopbackAddress, isPublicAddress } from './public-address.js';

/** Sends one request and reads the whole answer. It rejects with {@link FetchFailure} and nothing else. */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<Response>;

export interface GuardedRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | null | undefined;
  /** Ends the request early, as the time-out does. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * | code | meaning |
 * |---|---|
 * | `address_refused` | the URL, or what its name resolves to, is not allowed: nothing was sent |
 * | `unreachable` | no connection, a certificate that does not hold, or a broken answer |
 * | `timed_out` | not answered in full in time |
 * | `too_large` | the answer's body is larger than allowed |
 */
export type FetchFailureCode = 'address_refused' | 'unreachable' | 'timed_out' | 'too_large';

/** Why there is no answer. It holds no URL, no header and no body: those may hold secrets. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
  readonly code: FetchFailureCode;
  /** `false` if the server certainly never saw the request. */
  readonly mayHaveArrived: boolean;
  /** The answer's status, if that much came. */
  readonly status: number | undefined;

  constructor(code: FetchFailureCode, mayHaveArrived: boolean, status?: number) {
    super(code.replace('_', ' '));
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
    this.status = status;
  }
}

export interface GuardedFetchOptions {
  /** For development: allows this machine's own addresses, there with `http:` too. Default `false`. */
  readonly allowLoopback?: boolean | undefined;
  /** For connecting, headers and body together. Default 10 000. */
  readonly timeoutMs?: number | undefined;
  /** A larger body fails. Default 262 144 (256 KiB). */
  readonly maxBytes?: number | undefined;
  /**
   * Whether connections are used again. If the server closes one in that moment the request fails, and
   * nobody knows whether it arrived: not for requests that must not be repeated. Default `true`.
   */
  readonly keepAlive?: boolean | undefined;
  /** Default `dns.lookup`, as the system resolves names. */
  readonly lookup?: LookupAll | undefined;
}

/** `dns.lookup` with `all: true`. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** What callers need of an answer's header; the rest is not looked at. */
const HEADERS_READ = ['content-type', 'date', 'retry-after', 'www-authenticate'] as const;

/**
 * Makes a `fetch` for addresses that somebody else chose: it must not become a way into the network
 * that this server stands in. `https:` only, public addresses only — judged on the very addresses that
 * the connection is made to, so that a name cannot change its mind in between —, no redirect is
 * followed, no proxy of the environment is used, and time and size are bounded.
 */
export function createGuardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  const { allowLoopback = false, timeoutMs = 10_000, maxBytes = 256 * 1024 } = options;
  const selectAgent = createAgents(options);
  return async (url, { method, headers, body, signal }) => {
    if (findUrlProblem(url, allowLoopback) !== undefined) {
      throw new FetchFailure('address_refused', false);
    }
    const deadline = AbortSignal.timeout(timeoutMs);
    let status: number | undefined;
    try {
      const response = await request(url, {
        dispatcher: selectAgent(url),
        method,
        headers: { ...headers },
        body: body instanceof URLSearchParams ? body.toString() : (body ?? null),
        signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
      });
      status = response.statusCode;
      return toResponse(response, await readBody(response.body, maxBytes));
    } catch (error) {
      throw toFailure(error, status);
    }
  };
}

function createAgents(options: GuardedFetchOptions): (url: string) => Agent {
  const { allowLoopback = false, timeoutMs = 10_000, keepAlive = true } = options;
  const createAgent = (isAllowed: (address: string) => boolean) => {
    const lookup = toGuardedLookup(options.lookup ?? systemLookup, isAllowed);
    return new Agent({
      pipelining: keepAlive ? 1 : 0,
      // Sooner than the whole, so that a connection that never came to be is told apart.
      connect: { lookup, timeout: timeoutMs / 2 },
    });
  };
  // Without encryption to this machine only, whatever a name resolves to.
  const plain = createAgent(isLoopbackAddress);
  const encrypted = createAgent(
    (address) => isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address)),
  );
  return (url) => (new URL(url).protocol === 'http:' ? plain : encrypted);
}

/** One address that is not allowed is enough: whoever mixes them in has no honest reason to. */
function toGuardedLookup(
  lookup: LookupAll,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  return (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || first === undefined) return done(error ?? new Error('no address'), '', 0);
      if (!addresses.every(({ address }) => isAllowed(address))) {
        return done(new FetchFailure('address_refused', false), '', 0);
      }
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an exception ends the connection.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new FetchFailure('too_large', true);
    chunks.push(chunk);
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

function toResponse(
  { statusCode, headers }: Dispatcher.ResponseData,
  body: Uint8Array<ArrayBuffer>,
): Response {
  const kept = new Headers();
  for (const name of HEADERS_READ) {
    const value = headers[name];
    if (value !== undefined) kept.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const isBodiless = [204, 205, 304].includes(statusCode);
  return new Response(isBodiless ? null : body, { status: statusCode, headers: kept });
}

/** They happen before the request is sent. */
const BEFORE_SENDING =
  /^(ENOTFOUND|EAI_|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT|CERT_|DEPTH_|SELF_|UNABLE_|ERR_TLS_|ERR_SSL_)/;

function toFailure(error: unknown, status: number | undefined): FetchFailure {
  if (error instanceof FetchFailure) {
    return new FetchFailure(error.code, error.mayHaveArrived, status);
  }
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (name === 'TimeoutError' || name === 'AbortError') {
    return new FetchFailure('timed_out', true, status);
  }
  return new FetchFailure('unreachable', !BEFORE_SENDING.test(code ?? ''), status);
}
