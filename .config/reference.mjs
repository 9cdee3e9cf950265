// Builds the API reference as Markdown into `.config/reference/`, or checks that it builds: `node .config/reference.mjs [--check]`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { readPackage, root } from './build/package.mjs';

const packages = readdirSync(join(root, 'packages'))
  .map(readPackage)
  .filter(({ isPublished }) => isPublished);

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: packages.flatMap(({ folder, entries }) =>
    Object.values(entries).map((source) => join(folder, source)),
  ),
  tsconfig: join(root, 'test/tsconfig.json'),
  basePath: join(root, 'packages'),
  out: join(root, '.config/reference'),
  readme: 'none',
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  skipErrorChecking: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: false },
  logLevel: 'Warn',
});
const project = await app.convert();
if (project === undefined) process.exit(1);
// `core/src/adapter` is imported as `@mandate/core/adapter`.
for (const entry of project.children ?? []) {
  entry.name = `@mandate/${entry.name.replace('/src', '')}`;
}
app.validate(project);
if (!process.argv.includes('--check')) await app.generateOutputs(project);
process.exit(app.logger.hasErrors() || app.logger.hasWarnings() ? 1 : 0);
