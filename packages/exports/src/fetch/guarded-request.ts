import { type Agent, type ClientRequest, request as sendHttp } from 'node:http';
import { request as sendHttps } from 'node:https';
import { Generations } from '@mandate/internal/generations';
import { checkRuntime } from './check-runtime.js';
import { type EgressOptions, type EgressRules, toEgressRules } from './egress-rules.js';
import { FetchFailure } from './fetch-failure.js';
import { createGuardedAgent, UNRESOLVABLE } from './guarded-agent.js';
import { findUrlProblem } from './guarded-url.js';
import { ACCEPT, USER_AGENT } from './outgoing-headers.js';
import { isLoopbackAddress } from './public-address.js';
import { type RawResponse, readResponse } from './read-response.js';
import type { LookupAll } from './resolve-addresses.js';

/** Sends one request and reads the whole response. It rejects only with {@link FetchFailure}. */
export type GuardedRequester = (url: string, request: GuardedRequest) => Promise<RawResponse>;

export interface GuardedRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | null | undefined;
  /** Ends the request early, as the time-out does. */
  readonly signal?: AbortSignal | undefined;
}

export interface GuardedRequestOptions extends EgressOptions {
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

/** What bounds a response. */
interface Bounds {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** A URL that is allowed, and how to reach it. */
interface Target {
  readonly agent: Agent;
  readonly isEncrypted: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The value of the `Host` header. */
  readonly authority: string;
}

/** Enough for the webhooks that a process sends to at the same time. */
const MAX_TARGETS = 1000;

/**
 * Makes a function that sends requests to URLs that customers choose. It must not reach the network of this server,
 * so only `https:` and public addresses are allowed, and those private hosts that are listed. The check applies to
 * the very address that is connected to, so a name cannot resolve to something else afterwards. Redirects are not
 * followed, proxies of the environment are not used, and time and size are limited.
 *
 * @throws Error on a runtime that would ignore the check of addresses.
 */
export function createGuardedRequester(options: GuardedRequestOptions = {}): GuardedRequester {
  const { timeoutMs = 10_000, maxBytes = 256 * 1024 } = options;
  const bounds = { timeoutMs, maxBytes };
  checkRuntime();
  const egress = toEgressRules('createGuardedFetch', options);
  const toTarget = createTargets(egress, options);
  // What a URL alone decides is remembered. The addresses of its name are checked at each connection.
  const targets = new Generations<Target>(MAX_TARGETS);
  return async (url, request) => {
    let target = targets.get(url);
    if (target === undefined) {
      if (findUrlProblem(url, egress) !== undefined)
        throw new FetchFailure('address_refused', false);
      target = toTarget(new URL(url));
      targets.set(url, target);
    }
    if (request.signal?.aborted) throw new FetchFailure('timed_out', false);
    return exchange(begin(target, request), request, bounds);
  };
}

function createTargets(egress: EgressRules, options: GuardedRequestOptions): (url: URL) => Target {
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
  return (url) => {
    const isEncrypted = url.protocol !== 'http:';
    return {
      agent: isEncrypted ? encrypted : plain,
      isEncrypted,
      host: url.hostname.replace(/^\[|\]$/g, '') + UNRESOLVABLE,
      port: url.port === '' ? (isEncrypted ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      authority: url.host,
    };
  };
}

/** An invalid header throws here, before anything is sent. */
function begin(target: Target, { method, headers }: GuardedRequest): ClientRequest {
  const { agent, host, port, path, authority, isEncrypted } = target;
  const own = { 'user-agent': USER_AGENT, host: authority };
  const options = {
    agent,
    host,
    port,
    path,
    method,
    headers: { accept: ACCEPT, ...headers, ...own },
  };
  try {
    return isEncrypted ? sendHttps(options) : sendHttp(options);
  } catch {
    throw new FetchFailure('unreachable', false);
  }
}

function exchange(
  request: ClientRequest,
  { body, signal }: GuardedRequest,
  { timeoutMs, maxBytes }: Bounds,
): Promise<RawResponse> {
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
    const succeed = (response: RawResponse) => {
      settle();
      resolve(response);
    };
    const timeOut = () => fail(new FetchFailure('timed_out', true));
    const timer = setTimeout(timeOut, timeoutMs);
    signal?.addEventListener('abort', timeOut);
    request.on('error', fail);
    request.on('response', (message) => {
      status = message.statusCode;
      readResponse(message, maxBytes, { succeed, fail });
    });
    // After an upgrade, or if the runtime reports no error, this is all that happens.
    request.on('close', () => {
      if (status === undefined) fail(undefined);
    });
    request.end(body?.toString());
  });
}

/** Only the guarded agent knows that nothing was sent. Any other failure may follow the sending. */
function toFailure(error: unknown, status: number | undefined): FetchFailure {
  return error instanceof FetchFailure
    ? new FetchFailure(error.code, error.mayHaveArrived, status)
    : new FetchFailure('unreachable', true, status);
}
