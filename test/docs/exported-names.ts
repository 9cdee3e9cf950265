import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const PACKAGES = fileURLToPath(new URL('../../packages', import.meta.url));

/** A name that the documents must explain. */
export interface ExportedName {
  /** The folder of the package: `core`. */
  readonly folder: string;
  /** What is imported: `@mandate/core/node`. */
  readonly entry: string;
  /** A function or constant, `createGuard`, or a member of an option or event, `GuardOptions.realm`. */
  readonly name: string;
  /** The part that must be in the document: `createGuard`, `realm`. */
  readonly word: string;
}

/** Types of which users write or read every member. */
const FOR_USERS =
  /(?:Options|Event|Issuer|Rule|^Principal|^ConnectionChanges|^NewConnection|^NewToken)$/;

/** Everything that the packages export and users call, give or are given. */
export function listExportedNames(): readonly ExportedName[] {
  return mapExports(({ symbol, folder, entry, checker }) =>
    listWords(symbol, folder, checker).map(([name, word]) => ({ folder, entry, name, word })),
  );
}

/** An exported function or class, with the examples of its documentation comment. */
export interface ExportedFunction {
  readonly folder: string;
  readonly entry: string;
  readonly name: string;
  readonly examples: readonly string[];
}

export function listExportedFunctions(): readonly ExportedFunction[] {
  return mapExports(({ symbol, folder, entry, checker }) => {
    const target = resolveAlias(symbol, checker);
    const type = checker.getTypeOfSymbol(target);
    const signatures = [...type.getCallSignatures(), ...type.getConstructSignatures()];
    if ((target.flags & ts.SymbolFlags.Value) === 0 || signatures.length === 0) return [];
    const examples = (target.declarations ?? []).flatMap(findExamples);
    return [{ folder, entry, name: symbol.name, examples }];
  });
}

/**
 * The examples of a documentation comment, as it is written: the compiler takes the decorators in an
 * example for tags, which have one space before them.
 */
function findExamples(declaration: ts.Declaration): readonly string[] {
  const comments = ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc);
  return comments.flatMap((comment) => {
    const lines = comment
      .getText()
      .split('\n')
      .map((line) => line.replace(/^\s*\*(?!\/) ?/, ''));
    const sections = lines
      .slice(1, -1)
      .join('\n')
      .split(/^(?=@\w)/m);
    return sections
      .filter((section) => section.startsWith('@example'))
      .map((section) => section.replace(/^@example\s*/, '').trimEnd());
  });
}

/** The first entry that exports each name, and whether the name is only a type. */
export function listExports(): ReadonlyMap<string, { entry: string; isType: boolean }> {
  const exported = mapExports(({ symbol, entry, checker }) => {
    const isType = (resolveAlias(symbol, checker).flags & ts.SymbolFlags.Value) === 0;
    return [[symbol.name, { entry, isType }] as const];
  });
  return new Map([...exported].reverse());
}

interface Export {
  readonly symbol: ts.Symbol;
  readonly folder: string;
  readonly entry: string;
  readonly checker: ts.TypeChecker;
}

function mapExports<Item>(toItems: (exported: Export) => readonly Item[]): readonly Item[] {
  const entries = readdirSync(PACKAGES).flatMap(readEntries);
  const program = ts.createProgram(
    entries.map(({ source }) => source),
    { ...readOptions(), noEmit: true },
  );
  const checker = program.getTypeChecker();
  return entries.flatMap(({ folder, entry, source }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(source) as ts.SourceFile);
    const symbols = checker.getExportsOfModule(module as ts.Symbol);
    return symbols.flatMap((symbol) => toItems({ symbol, folder, entry, checker }));
  });
}

function resolveAlias(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return isAlias ? checker.getAliasedSymbol(symbol) : symbol;
}

function readEntries(folder: string) {
  const manifest = JSON.parse(readFileSync(join(PACKAGES, folder, 'package.json'), 'utf8'));
  return Object.entries<Record<string, string> | string>(manifest.exports).flatMap(
    ([subpath, target]) => {
      if (typeof target === 'string') return [];
      const source = join(PACKAGES, folder, target['mandate-source'] as string);
      return [{ folder, entry: manifest.name + subpath.slice(1), source }];
    },
  );
}

type Words = readonly (readonly [name: string, word: string])[];

function listWords(symbol: ts.Symbol, folder: string, checker: ts.TypeChecker): Words {
  const target = resolveAlias(symbol, checker);
  if ((target.flags & ts.SymbolFlags.Value) !== 0) return [[symbol.name, symbol.name]];
  if (!FOR_USERS.test(symbol.name)) return [];
  const members = checker.getDeclaredTypeOfSymbol(target).getProperties();
  return members
    .filter((member) => isDeclaredIn(member, folder))
    .map((member) => [`${symbol.name}.${member.name}`, member.name] as const);
}

/** The options that all hosts share. Each host documents them. */
const SHARED = `${PACKAGES}/core/src/adapter/`;

/** What another package declares is in the documents of that one. */
function isDeclaredIn(member: ts.Symbol, folder: string): boolean {
  const path = member.declarations?.[0]?.getSourceFile().fileName ?? '';
  return path.startsWith(`${PACKAGES}/${folder}/`) || path.startsWith(SHARED);
}

function readOptions(): ts.CompilerOptions {
  const path = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
  return ts.getParsedCommandLineOfConfigFile(
    path,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )?.options as ts.CompilerOptions;
}
