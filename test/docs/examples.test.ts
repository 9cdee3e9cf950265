import { describe, expect, test } from 'vitest';
import { getContext } from './example-context.js';
import { type ExportedFunction, listExportedFunctions, listExports } from './exported-names.js';
import { compileSnippets, type Snippet } from './snippets.js';

const functions = listExportedFunctions();
const exported = listExports();
describe('public functions and classes', () => {
  test.each([...new Set(functions.map(({ entry }) => entry))])('have an example: %s', (entry) => {
    const own = functions.filter((one) => one.entry === entry && one.examples.length === 0);
    expect(own.map(({ name }) => name)).toEqual([]);
  });

  test('have examples that compile', () => {
    expect(compileExamples(functions)).toEqual([]);
  });
});

describe('the check of examples', () => {
  const compile = (...examples: readonly string[]) =>
    compileExamples([{ folder: 'core', entry: '@mandate/core', name: 'createGuard', examples }]);

  test('imports what an example uses of the packages, and knows the usual objects', () => {
    expect(compile('createGuard({ verifiers: [verifier] });', 'guard.endpoints;')).toEqual([]);
  });

  test('names the function whose example does not compile', () => {
    expect(compile('createGuard({ verifier });')).toEqual([
      expect.stringMatching(/createGuard.*'verifier' does not exist/),
    ]);
  });
});

/** An example may end with what it makes. */
function compileExamples(shown: readonly ExportedFunction[]): readonly string[] {
  return compileSnippets(shown.flatMap(toSnippets), { noUnusedLocals: false });
}

function toSnippets({ folder, entry, name, examples }: ExportedFunction): readonly Snippet[] {
  return examples.map((example, index) => {
    const code = example.replace(/^```\w*\n|\n```$/g, '');
    return {
      document: `packages/${folder}/${name}-${index + 1}.md`,
      line: 0,
      code: `${toImports(code, { folder, entry })}${omitDeclared(getContext(folder), code)}\n${code}`,
      name: undefined,
    };
  });
}

/** The context without what the code declares itself. */
function omitDeclared(context: string, code: string): string {
  return context.replace(/declare const (\w+): [^;]*;/g, (declaration, name) =>
    new RegExp(`\\b(?:const|let) ${name}\\b`).test(code) ? '' : declaration,
  );
}

/**
 * Imports what the code names of the packages, its own package first, except what it imports itself and what the
 * context of its package declares.
 */
function toImports(
  code: string,
  { folder, entry: own }: Pick<ExportedFunction, 'folder' | 'entry'>,
): string {
  const context = getContext(folder);
  const imports = [...code.matchAll(/^import .*?;$/gms)].join('\n');
  const used = new Set(code.match(/\b[a-z]\w+\b/gi) ?? []);
  return [...used]
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(imports))
    .filter((name) => !context.includes(`declare const ${name}:`))
    .filter((name) => !new RegExp(`\\b(?:const|let) ${name}\\b`).test(code))
    .flatMap((name) => {
      const found = exported.get(name);
      if (found === undefined) return [];
      const entry = functions.some((one) => one.name === name && one.entry === own)
        ? own
        : found.entry;
      return [`import { ${found.isType ? 'type ' : ''}${name} } from '${entry}'; `];
    })
    .join('');
}
