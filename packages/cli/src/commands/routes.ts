// Under another name, because bundles for Node.js often declare createRequire in a banner.
import { createRequire as createRequireFrom } from 'node:module';
import { resolve } from 'node:path';
import type { CheckRoutesOptions, Route } from '@mandate/core/check-routes';
import type { Command } from 'commander';
import { CliError, EXIT, type ExitCode } from '../cli-error.js';
import type { Io } from '../io.js';
import { type PrintOptions, print, printList } from '../output/print.js';
import { loadExport } from '../policy/load-module.js';

interface RoutesOptions extends PrintOptions {
  readonly export: string;
  readonly host: string;
  readonly check?: boolean;
  readonly options?: string;
}

/** The entry `check-routes` of an adapter. */
interface RouteChecks {
  listRoutes(app: unknown): readonly Route[];
  checkRoutes(app: unknown, options?: CheckRoutesOptions): void;
}

const HOSTS = ['express', 'koa', 'hono', 'fastify'];

export function addRoutes(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('routes')
    .description('list the routes of an application, and with --check find those without a rule')
    .argument(
      '<module>',
      'the module that exports the application; it must not listen when it is imported',
    )
    .requiredOption('--host <name>', `the host: ${HOSTS.join(', ')}`)
    .option('--export <name>', 'the export that is the application', 'app')
    .option('--check', 'run checkRoutes')
    .option('--options <name>', 'the export with the options of checkRoutes')
    .option('--json', 'print JSON')
    .action(async (module: string, options: RoutesOptions) => {
      const app = await loadExport(io, module, options.export);
      const { listRoutes, checkRoutes } = await loadChecks(
        options.host,
        resolve(io.directory, module),
      );
      const rows = listRoutes(app);
      const settings = options.options && (await loadExport(io, module, options.options));
      const check = () =>
        checkRoutes(app, (settings || undefined) as CheckRoutesOptions | undefined);
      const faults = options.check === true ? findFaults(check) : [];
      if (options.check !== true) {
        const columns = {
          method: ({ method }: Route) => method,
          path: ({ path }: Route) => path,
          'rule at the route': ({ hasRule }: Route) => (hasRule ? 'yes' : 'no'),
        };
        printList(io, options, { rows, columns });
      } else {
        const lines = faults.length === 0 ? [`${rows.length} routes, each with a rule`] : faults;
        print(io, options, { value: { routes: rows.length, faults }, lines });
      }
      end(faults.length === 0 ? EXIT.ok : EXIT.negative);
    });
}

/** Loads the adapter that the application uses, as its module would. */
async function loadChecks(host: string, module: string): Promise<RouteChecks> {
  if (!HOSTS.includes(host)) throw new CliError(`--host must be ${HOSTS.join(', ')}`);
  const name = `@mandate/${host}/check-routes`;
  const installed = await import(name).catch(() => undefined);
  if (installed !== undefined) return installed as RouteChecks;
  try {
    return (await import(createRequireFrom(module).resolve(name))) as RouteChecks;
  } catch {
    throw new CliError(`${name} cannot be imported: install @mandate/${host}`);
  }
}

function findFaults(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message.split('\n');
  }
}
