import { createKeySet, type JsonWebKeyLike, type KeyFetchEvent } from '@mandate/core/jwt';
import { findKeyFault } from '@mandate/core/key-formats';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import type { Io } from '../io.js';
import { type PrintOptions, print } from '../output/print.js';
import { printTable } from '../output/print-table.js';

interface KeysOptions extends PrintOptions {
  readonly url?: boolean;
  readonly allowHttp?: boolean;
}

/** A member of a key set, and why key sets ignore it. */
interface ShownKey {
  readonly kid: string | undefined;
  readonly type: string;
  readonly alg: string | undefined;
  readonly fault: string | undefined;
}

export function addKeys(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('keys')
    .description(
      'fetch the metadata and the key set of an issuer, and say which keys can verify tokens',
    )
    .argument(
      '<issuer>',
      'the issuer exactly as tokens name it in iss, or with --url the URL of a key set',
    )
    .option('--url', 'the argument is the URL of the key set itself')
    .option('--allow-http', 'allow http: beyond loopback')
    .option('--json', 'print JSON')
    .action(async (place: string, options: KeysOptions) => {
      const { requests, event, keys } = await fetchKeys(place, options);
      const value: Result = { requests, ok: event?.ok === true, reason: event?.reason, keys };
      if (options.json === true) print(io, options, { value, lines: [] });
      else printResult(io, value);
      end(value.ok ? EXIT.ok : EXIT.negative);
    });
}

interface Fetched {
  readonly requests: readonly string[];
  readonly event: KeyFetchEvent | undefined;
  readonly keys: readonly ShownKey[];
}

interface Result extends Omit<Fetched, 'event'> {
  readonly ok: boolean;
  readonly reason: string | undefined;
}

/** Fetches with the key set of core, so that the answer is the one that a server would get. */
async function fetchKeys(place: string, { url, allowHttp }: KeysOptions): Promise<Fetched> {
  const requests: string[] = [];
  let event: KeyFetchEvent | undefined;
  let text = '';
  const settings = {
    allowHttp: allowHttp === true,
    onFetch: (one: KeyFetchEvent) => {
      event = one;
    },
    fetch: async (input: string, init: RequestInit) => {
      const response = await fetch(input, init);
      requests.push(`${response.status} ${input}`);
      if (!response.ok) return response;
      text = await response.text();
      return new Response(text, { status: response.status, headers: response.headers });
    },
  };
  const keySet = createOrExplain(() =>
    createKeySet(url === true ? { url: place, ...settings } : { issuer: place, ...settings }),
  );
  await keySet.warmUp?.();
  return { requests, event, keys: toKeys(text) };
}

function createOrExplain<Result>(create: () => Result): Result {
  try {
    return create();
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : 'the issuer is invalid');
  }
}

function toKeys(text: string): readonly ShownKey[] {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    return Array.isArray(keys) ? keys.map(toKey) : [];
  } catch {
    return [];
  }
}

function toKey(member: JsonWebKeyLike | null): ShownKey {
  const { kid, kty, crv, alg } = (member ?? {}) as Record<string, unknown>;
  const toText = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const type = [toText(kty), toText(crv)].filter(Boolean).join(' ') || 'unknown';
  return { kid: toText(kid), type, alg: toText(alg), fault: findKeyFault(member) };
}

function printResult(io: Io, { requests, ok, reason, keys }: Result): void {
  for (const request of requests) io.out(request);
  io.out(ok ? 'usable' : `not usable: ${reason}`);
  if (keys.length === 0) return;
  printTable(io, keys, {
    kid: ({ kid }) => kid,
    type: ({ type }) => type,
    alg: ({ alg }) => alg,
    'verifies tokens': ({ fault }) => (fault === undefined ? 'yes' : `no: ${fault}`),
  });
}
