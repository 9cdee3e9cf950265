import { type Agent, type ClientRequest, request as sendHttp } from 'node:http';
import { request as sendHttps } from 'node:https';
import { checkRuntime } from './check-runtime.js';
import { type EgressOptions, type EgressRules, toEgressRules } from './egress-rules.js';
import { FetchFailure } from './fetch-failure.js';
import { createGuardedAgent, UNRESOLVABLE } from './guarded-agent.js';
import { findUrlProblem } from './guarded-url.js';
import { ACCEPT, USER_AGENT } from './outgoing-headers.js';
import { isLoopbackAddress } from './public-address.js';
import { readResponse } from './read-response.js';
import type { LookupAll } from './resolve-addresses.js';

/** Sends one request and reads the whole response. It rejects only with {@link FetchFailure}. */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<Response>;

export interface GuardedRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | null | undefined;
  /** Ends the request early, as the time-out does. */
  readonly signal?: AbortSignal | undefined;
}

export interface GuardedFetchOptions extends EgressOptions {
  /** For connecting, headers and body together. Default 10 000. */
  readonly timeoutMs?: number | undefined;
  /** A larger body fails. Default 262 144 (256 KiB). */
  readonly maxBytes?: number | undefined;
  /**
   * Whether connections are used again. If the server closes one at that moment, the request fails and
   * may or may not have arrived. Set `false` for requests that must not be repeated. Default `true`.
   */
  readonly keepAlive?: boolean | undefined;
  /** Default `dns.lookup`, as the system resolves names. */
  readonly lookup?: LookupAll | undefined;
}

/** One request, and what bounds its response. */
interface Exchange {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly body: string | undefined;
}

/**
 * Makes a `fetch` for URLs that customers choose. It must not reach the network of this server, so only
 * `https:` and public addresses are allowed, and those private hosts that are listed. The check applies to the very address that is connected to,
 * so a name cannot resolve to something else afterwards. Redirects are not followed, proxies of the
 * environment are not used, and time and size are limited.
 *
 * @throws Error on a runtime that would ignore the check of addresses.
 */
export function createGuardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  const { timeoutMs = 10_000, maxBytes = 256 * 1024 } = options;
  checkRuntime();
  const egress = toEgressRules('createGuardedFetch', options);
  const start = createStarter(egress, options);
  return async (url, request) => {
    if (findUrlProblem(url, egress) !== undefined) {
      throw new FetchFailure('address_refused', false);
    }
    const { signal } = request;
    if (signal?.aborted) throw new FetchFailure('timed_out', false);
    const body = request.body?.toString();
    return exchange(begin(start, new URL(url), request), { signal, timeoutMs, maxBytes, body });
  };
}

/** An invalid header throws here, before anything is sent. */
function begin(start: Start, url: URL, request: GuardedRequest): ClientRequest {
  try {
    return start(url, request);
  } catch {
    throw new FetchFailure('unreachable', false);
  }
}

type Start = (url: URL, request: GuardedRequest) => ClientRequest;

function createStarter(egress: EgressRules, options: GuardedFetchOptions): Start {
  const { timeoutMs = 10_000, keepAlive = true, lookup } = options;
  // Half of the whole, so that a connection that was never made is distinguishable.
  const common = { keepAlive, lookup, connectTimeoutMs: timeoutMs / 2 };
  // Unencrypted requests go to this machine only, whatever a name resolves to.
  const isAllowed = (_host: string, address: string) => isLoopbackAddress(address);
  const plain = createGuardedAgent({ ...common, isEncrypted: false, isAllowed });
  const encrypted = createGuardedAgent({
    ...common,
    isEncrypted: true,
    isAllowed: egress.allows,
    proxy: egress.proxy,
  });
  return (url, request) =>
    url.protocol === 'http:'
      ? sendHttp(toRequestOptions(url, request, plain))
      : sendHttps(toRequestOptions(url, request, encrypted));
}

function toRequestOptions(url: URL, { method, headers }: GuardedRequest, agent: Agent) {
  return {
    agent,
    host: url.hostname.replace(/^\[|\]$/g, '') + UNRESOLVABLE,
    port: url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port),
    path: url.pathname + url.search,
    method,
    headers: { accept: ACCEPT, ...headers, 'user-agent': USER_AGENT, host: url.host },
  };
}

function exchange(request: ClientRequest, bounds: Exchange): Promise<Response> {
  const { signal, timeoutMs, maxBytes, body } = bounds;
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', timeOut);
    };
    const fail = (error: unknown) => {
      settle();
      reject(toFailure(error, status));
      request.destroy();
    };
    const succeed = (response: Response) => {
      settle();
      resolve(response);
    };
    const timeOut = () => fail(new FetchFailure('timed_out', true));
    const timer = setTimeout(timeOut, timeoutMs);
    signal?.addEventListener('abort', timeOut);
    request.on('error', fail);
    request.on('response', (message) => {
      status = message.statusCode;
      readResponse(message, maxBytes).then(succeed, fail);
    });
    // After an upgrade, or if the runtime reports no error, this is all that happens.
    request.on('close', () => {
      if (status === undefined) fail(undefined);
    });
    request.end(body);
  });
}

/** Only the guarded agent knows that nothing was sent. Any other failure may follow the sending. */
function toFailure(error: unknown, status: number | undefined): FetchFailure {
  return error instanceof FetchFailure
    ? new FetchFailure(error.code, error.mayHaveArrived, status)
    : new FetchFailure('unreachable', true, status);
}
