import type { LookupAddress } from 'node:dns';
import tls from 'node:tls';
import { FetchFailure } from '../../../packages/exports/src/fetch/fetch-failure.js';
import { createGuardedFetch } from '../../../packages/exports/src/fetch/guarded-fetch.js';
import type { GuardedRequestOptions } from '../../../packages/exports/src/fetch/guarded-request.js';

/** Requests that one guarded fetch makes, one after the other. */
export interface Probe {
  readonly urls: readonly string[];
  readonly options?: Omit<GuardedRequestOptions, 'lookup'>;
  /** The addresses that every name resolves to, instead of the system's. */
  readonly resolved?: readonly string[];
  readonly body?: string;
  /** Lets the time-out elapse when the parent process writes, instead of after `options.timeoutMs`. */
  readonly timesOutOnInput?: boolean;
}

/** Prints the outcome of each request as one line of JSON. */
async function run({ urls, options, resolved, body, timesOutOnInput }: Probe): Promise<void> {
  if (timesOutOnInput) fireOnInput(options?.timeoutMs);
  const fetch = createGuardedFetch({ ...options, lookup: resolved && toLookup(resolved) });
  for (const url of urls) {
    const method = body === undefined ? 'GET' : 'POST';
    const outcome = await fetch(url, { method, headers: {}, body }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      (error: unknown) =>
        error instanceof FetchFailure ? { ...error, name: undefined } : { thrown: String(error) },
    );
    console.log(JSON.stringify(outcome));
  }
}

/** Fires timers of this length on input only. Other timers keep their time. */
function fireOnInput(timeoutMs: number | undefined): void {
  const { setTimeout } = globalThis;
  const replacement = (callback: () => void, ms?: number) =>
    ms === timeoutMs ? void process.stdin.once('data', callback) : setTimeout(callback, ms);
  globalThis.setTimeout = replacement as unknown as typeof setTimeout;
}

function toLookup(resolved: readonly string[]): NonNullable<GuardedRequestOptions['lookup']> {
  const addresses = resolved.map(
    (address): LookupAddress => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }),
  );
  return (_name, _options, done) => setImmediate(() => done(null, addresses));
}

/** Deno applies the certificates of the environment to its own `fetch` only. */
function trustCertificatesOfEnvironment(): void {
  const { getCACertificates, setDefaultCACertificates } = tls as {
    getCACertificates?: (kind: string) => readonly string[];
    setDefaultCACertificates?: (certificates: readonly string[]) => void;
  };
  if ('Deno' in globalThis && getCACertificates !== undefined) {
    setDefaultCACertificates?.(getCACertificates('default'));
  }
}

trustCertificatesOfEnvironment();
for (const probe of JSON.parse(process.argv[2] ?? '[]') as Probe[]) await run(probe);
process.exit(0);
