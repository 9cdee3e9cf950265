import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import type { Io } from '../io.js';
import { type PrintOptions, print, toText } from '../output/print.js';
import { readToken } from '../read-secret.js';

export function addDecode(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('decode')
    .description('print the header and the claims of a JWT, without verifying it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe token comes from MANDATE_TOKEN or standard input, and stays on this machine.',
    )
    .action(async (options: PrintOptions) => {
      const jwt = decode(await readToken(io));
      print(io, options, { value: jwt, lines: toLines(jwt, io.now()) });
      end(EXIT.ok);
    });
}

interface Decoded {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

function decode(token: string): Decoded {
  const segments = token.split('.');
  if (segments.length === 5)
    throw new CliError('the token is encrypted (JWE); it cannot be decoded');
  if (segments.length !== 3) {
    throw new CliError(
      'the token is not a JWT: it does not have three segments; opaque tokens hold nothing to read',
    );
  }
  const [header, claims] = segments.slice(0, 2).map(toObject);
  return { header: header ?? {}, claims: claims ?? {} };
}

function toObject(segment: string, index: number): Record<string, unknown> {
  const name = index === 0 ? 'header' : 'payload';
  try {
    const bytes = Buffer.from(segment, 'base64url');
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {}
  throw new CliError(`the ${name} of the token is not a JSON object in base64url`);
}

/** The claims that are times (RFC 7519 §4.1, OpenID Connect Core §2). */
const TIMES = ['exp', 'nbf', 'iat', 'auth_time'];

function toLines({ header, claims }: Decoded, nowMs: number): readonly string[] {
  return [
    'not verified',
    'header',
    ...toMembers(header, nowMs),
    'claims',
    ...toMembers(claims, nowMs),
  ];
}

function toMembers(object: Readonly<Record<string, unknown>>, nowMs: number): readonly string[] {
  const width = Math.max(0, ...Object.keys(object).map((name) => name.length));
  return Object.entries(object).map(([name, value]) => {
    const time =
      TIMES.includes(name) && typeof value === 'number' ? describeTime(value, nowMs) : '';
    return `  ${name.padEnd(width)}  ${typeof value === 'string' ? value : JSON.stringify(value)}${time}`;
  });
}

const MAX_SECONDS = 1e11;

function describeTime(seconds: number, nowMs: number): string {
  if (!(Math.abs(seconds) < MAX_SECONDS)) return '  (not a time in seconds)';
  const date = new Date(seconds * 1000);
  const distance = Math.round(Math.abs(date.getTime() - nowMs) / 1000);
  return `  (${toText(date)}, ${distance} s ${date.getTime() < nowMs ? 'ago' : 'from now'})`;
}
