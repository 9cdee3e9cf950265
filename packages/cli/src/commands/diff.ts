import type { EndpointMap, Guard } from '@mandate/core';
import { diffPolicies } from '@mandate/testing';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import type { Io } from '../io.js';
import { type PrintOptions, print } from '../output/print.js';
import { loadExport } from '../policy/load-module.js';

interface DiffOptions extends PrintOptions {
  readonly export: string;
}

export function addDiff(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('diff')
    .description('say who gains and who loses what between two policies, for a pull request')
    .argument('<before>', 'the module that exports the guard or endpoint map as it was')
    .argument('<after>', 'the module that exports it as it is now')
    .option('--export <name>', 'the export that is the guard or endpoint map', 'guard')
    .option('--json', 'print JSON')
    .action(async (before: string, after: string, options: DiffOptions) => {
      const load = (file: string) => loadPolicy(io, file, options.export);
      const diff = diffPolicies(await load(before), await load(after));
      const { changes, uncertain } = diff;
      const lines = diff.toString().trimEnd().split('\n');
      print(io, options, { value: { changes, uncertain }, lines });
      end(changes.length === 0 && uncertain.length === 0 ? EXIT.ok : EXIT.negative);
    });
}

async function loadPolicy(io: Io, file: string, name: string): Promise<Guard | EndpointMap> {
  const policy = await loadExport(io, file, name);
  if (typeof policy === 'object' && policy !== null) return policy as Guard | EndpointMap;
  throw new CliError(`${file}: the export ${name} is not a guard or an endpoint map`);
}
