import type { AuthRequest, Decision, Explanation } from '@mandate/core';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import type { Io } from '../io.js';
import { type PrintOptions, print } from '../output/print.js';
import { loadGuard } from '../policy/load-guard.js';
import { keepRequestsLocal } from '../policy/local-requests.js';
import { suggestChange } from '../policy/suggest-change.js';
import { readToken } from '../read-secret.js';

interface WhyOptions extends PrintOptions {
  readonly export?: string;
  readonly header: readonly string[];
  readonly token: boolean;
  readonly remoteAddress?: string;
  readonly offline?: boolean;
}

export function addWhy(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('why')
    .description('explain what a guard decides about a request, stage by stage')
    .argument('<policy>', 'the module that exports the guard')
    .argument('<method>', 'the method: GET')
    .argument('<path>', 'the path with its query, as the server receives it: /documents/7?group=a')
    .option('--export <name>', 'the export that is the guard', 'guard')
    .option(
      '-H, --header <line>',
      'a header: "X-Glean-ActAs: ada@example.com"; repeatable',
      collect,
      [],
    )
    .option('--no-token', 'send no token and do not read standard input')
    .option('--remote-address <address>', 'the address of the client')
    .option('--offline', 'do not fetch keys')
    .option('--json', 'print JSON')
    .addHelpText('after', TOKEN_HELP)
    .action(async (policy: string, method: string, target: string, options: WhyOptions) => {
      const guard = await loadGuard(io, policy, options.export);
      const token = options.token ? await readToken(io) : undefined;
      const request = toRequest({ method, target, token, options });
      const restore = keepRequestsLocal(options.offline === true);
      try {
        const explanation = await guard.explain(request);
        print(io, options, { value: toJson(explanation), lines: toLines(explanation) });
        end(explanation.decision.allowed ? EXIT.ok : EXIT.negative);
      } finally {
        restore();
      }
    });
}

const TOKEN_HELP = `
The token comes from MANDATE_TOKEN or standard input. It stays on this machine: only keys and metadata
of issuers are fetched, with GET requests that carry no token.`;

function collect(line: string, lines: readonly string[]): readonly string[] {
  return [...lines, line];
}

interface Target {
  readonly method: string;
  readonly target: string;
  readonly token: string | undefined;
  readonly options: WhyOptions;
}

function toRequest({ method, target, token, options }: Target): AuthRequest {
  if (!target.startsWith('/')) throw new CliError('the path must begin with /');
  const headers = new Map<string, string>();
  const add = (name: string, value: string) => {
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : `${known}, ${value}`);
  };
  if (token !== undefined) add('authorization', `Bearer ${token}`);
  for (const line of options.header) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) throw new CliError('a header must have the form "Name: value"');
    add(name.toLowerCase(), value ?? '');
  }
  const mark = target.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark));
  return {
    method: method.toUpperCase(),
    path: mark < 0 ? target : target.slice(0, mark),
    header: (name) => headers.get(name),
    query: (name) => {
      const values = query.getAll(name);
      return values.length > 1 ? values : values[0];
    },
    remoteAddress: options.remoteAddress,
  };
}

function toJson({ decision, stages, rejectedBy }: Explanation): object {
  const shared = { stages, rejectedBy };
  if (decision.allowed) return { allowed: true, ...shared, principal: toShown(decision) };
  const { code, message, details } = decision.error;
  const { status, headers, body } = decision.denial;
  const change = suggestChange(decision.error);
  return {
    allowed: false,
    code,
    reason: message,
    details,
    change,
    ...shared,
    answer: { status, headers, body },
  };
}

function toShown(decision: Decision & { readonly allowed: true }): object {
  const { subject, actor, permission, scopes, groups, tokenId, issuer, expiresAt } =
    decision.principal;
  return { subject, actor, permission, scopes, groups, tokenId, issuer, expiresAt };
}

function toLines({ decision, stages, rejectedBy }: Explanation): readonly string[] {
  const width = Math.max(...stages.map(({ stage }) => stage.length), rejectedBy?.length ?? 0);
  const passed = stages.map(({ stage, found }) => `  ${stage.padEnd(width)}  ${found}`);
  if (decision.allowed) return ['allowed', ...passed];
  const { error, denial } = decision;
  return [
    `rejected: ${denial.status} ${error.code}`,
    ...passed,
    `x ${(rejectedBy ?? '').padEnd(width)}  ${error.message}`,
    ...Object.entries(error.details ?? {}).map(([name, value]) => `    ${name}: ${toValue(value)}`),
    `To allow it: ${suggestChange(error)}`,
  ];
}

const toValue = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
