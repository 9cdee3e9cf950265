import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the snippets seem to be: here, imports find what the tests have. Nothing is written there. */
const FOLDER = fileURLToPath(new URL('snippets', import.meta.url));
/** The same for those of `@mandate/nest`, which are compiled with the decorators of Nest. */
const NEST_FOLDER = fileURLToPath(new URL('../nest/snippets', import.meta.url));

/** A TypeScript block of a Markdown file: a whole module. */
export interface Snippet {
  /** The Markdown file, as seen from the repository. */
  readonly document: string;
  /** The line of the fence, from 1. */
  readonly line: number;
  readonly code: string;
  /** What other snippets of the document import it as: the word after `ts`, such as `guard.ts`. */
  readonly name: string | undefined;
}

/** The Markdown files whose snippets must compile: those of the repository, and of each package. */
export function listDocuments(): readonly string[] {
  const packages = readdirSync(join(ROOT, 'packages')).flatMap((name) => [
    `packages/${name}/README.md`,
    ...listGuides(`packages/${name}/docs`),
  ]);
  const documents = ['README.md', 'CONTRIBUTING.md', '.github/SECURITY.md', ...packages];
  return documents.filter((path) => ts.sys.fileExists(join(ROOT, path)));
}

function listGuides(folder: string): readonly string[] {
  if (!ts.sys.directoryExists(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.md'),
  );
  return names.map((name) => `${folder}/${name.replaceAll('\\', '/')}`);
}

export function readDocument(document: string): readonly Snippet[] {
  return readSnippets(document, readFileSync(join(ROOT, document), 'utf8'));
}

export function readSnippets(document: string, markdown: string): readonly Snippet[] {
  const fences = markdown.matchAll(/^```ts(?: +(\S+))?\n(.*?)^```$/gms);
  return [...fences].map((fence) => ({
    document,
    line: markdown.slice(0, fence.index).split('\n').length,
    code: fence[2] as string,
    name: fence[1],
  }));
}

/** What the compiler says about snippets, each as `README.md:12: …`, by the repository's own options. */
export function compileSnippets(
  snippets: readonly Snippet[],
  overrides: ts.CompilerOptions = {},
): readonly string[] {
  const [ofNest, others] = [true, false].map((wanted) =>
    snippets.filter((snippet) => isOfNest(snippet) === wanted),
  );
  return [
    ...compileIn(FOLDER, others ?? [], overrides),
    ...compileIn(NEST_FOLDER, ofNest ?? [], { ...overrides, experimentalDecorators: true }),
  ];
}

const isOfNest = ({ document }: Snippet): boolean => document.startsWith('packages/nest/');

function compileIn(
  folder: string,
  snippets: readonly Snippet[],
  overrides: ts.CompilerOptions,
): readonly string[] {
  if (snippets.length === 0) return [];
  const files = new Map(snippets.map((snippet) => [toFile(folder, snippet), toModule(snippet)]));
  const options = { ...readOptions(), ...overrides };
  const host = createHost(options, files);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return found.map((diagnostic) => describe(folder, diagnostic, file));
  });
}

/** Every document has a folder of its own; `README.md` of a package looks like `packages/x/`. */
function toFile(folder: string, { document, line, name }: Snippet): string {
  return join(folder, document.replace(/\.md$/, ''), name ?? `line-${line}.ts`);
}

/** The code on the lines where it stands in the document, and as a module even without imports. */
function toModule({ code, line }: Snippet): string {
  return `${'\n'.repeat(line)}${code}\nexport {};\n`;
}

function readOptions(): ts.CompilerOptions {
  const path = join(ROOT, 'test/tsconfig.json');
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(path));
  // The documents are for servers, so they may use Node's types, which the tests have.
  return { ...options, typeRoots: [join(dirname(path), 'node_modules/@types')] };
}

function createHost(
  options: ts.CompilerOptions,
  files: ReadonlyMap<string, string>,
): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile, directoryExists } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.directoryExists = (path) =>
    [FOLDER, NEST_FOLDER].some((folder) => path.startsWith(folder)) ||
    directoryExists?.(path) === true;
  host.getSourceFile = (path, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, ...rest)
      : ts.createSourceFile(path, text, rest[0], true);
  };
  return host;
}

function describe(
  folder: string,
  { messageText, file, start }: ts.Diagnostic,
  path: string,
): string {
  const position = file?.getLineAndCharacterOfPosition(start ?? 0);
  const document = relative(folder, dirname(path)).replaceAll('\\', '/');
  const message = ts.flattenDiagnosticMessageText(messageText, ' ');
  return `${document}.md:${(position?.line ?? 0) + 1}: ${message}`;
}
