import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import ts from 'typescript';

/** Text by path; paths are relative to the repository and use `/`. */
export type Sources = ReadonlyMap<string, string>;

/** Reads every file below `folders` whose name `accept` takes. */
export function readSources(
  root: string,
  folders: readonly string[],
  accept: (path: string) => boolean,
): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const path = relative(root, file).replaceAll('\\', '/');
      if (entry.isFile() && accept(path)) sources.set(path, readFileSync(file, 'utf8'));
    }
  }
  return sources;
}

/** What a file imports: static, dynamic, type-only, re-exported and `require`d alike. */
export function readImports(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** The file that a relative import means, or undefined if it names none of `sources`. */
export function resolveRelative(
  sources: Sources,
  from: string,
  specifier: string,
): string | undefined {
  const target = posix.join(posix.dirname(from), specifier);
  const candidates = [
    target,
    target.replace(/\.js$/, '.ts'),
    target.replace(/\.js$/, '.tsx'),
    `${target}.ts`,
    `${target}/index.ts`,
  ];
  return candidates.find((path) => sources.has(path));
}

export const isRelative = (specifier: string): boolean => specifier.startsWith('.');

/** `jose` of `jose/errors`, `@mandate/core` of `@mandate/core/node`. */
export function readPackageName(specifier: string): string {
  const [first = '', second] = specifier.split('/');
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}

export function hasDefaultExport(text: string): boolean {
  const file = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest);
  return file.statements.some((statement) => {
    if (ts.isExportAssignment(statement)) return true;
    if (ts.isExportDeclaration(statement) && statement.exportClause) {
      const clause = statement.exportClause;
      return ts.isNamedExports(clause)
        ? clause.elements.some((element) => element.name.text === 'default')
        : clause.name.text === 'default';
    }
    return (
      ts.canHaveModifiers(statement) &&
      (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
    );
  });
}
