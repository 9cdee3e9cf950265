import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readSources } from '../structure/read-sources.js';
import { findLongTableLines, findPhrases, keepMarkdownProse, keepProse } from './language.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = /^packages\/[^/]+\/src\/.*\.tsx?$/;
/** The tests of these rules quote what the rules reject. */
const OTHER = /^(?!.*(?:node_modules|\/dist\/|\/\.next\/|test\/docs\/language)).*\.(?:tsx?|m?js)$/;
const PAGE = /^(?!.*node_modules)(?:packages|examples|test)\/.*\.md$/;
const sources = readSources(ROOT, ['packages'], (path) => SOURCE.test(path));
const others = readSources(ROOT, ['test', 'examples'], (path) => OTHER.test(path));
const documents = new Map([
  ...readSources(ROOT, ['packages', 'examples', 'test'], (path) => PAGE.test(path)),
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', '.github/SECURITY.md'].flatMap(readDocument),
]);

function readDocument(path: string): readonly (readonly [string, string])[] {
  try {
    return [[path, readFileSync(`${ROOT}/${path}`, 'utf8')]];
  } catch {
    return [];
  }
}

describe('the language', () => {
  test.each([...new Set([...sources.keys()].map((path) => path.split('/')[1]))])(
    'of comments, messages and pages is plain: %s',
    (name) => {
      const own = [...sources].filter(([path]) => path.startsWith(`packages/${name}/`));
      expect(own.flatMap(([path, text]) => findPhrases(path, keepProse(text)))).toEqual([]);
    },
  );

  test.each(['test', 'examples'])('of titles and comments is plain: %s', (folder) => {
    const own = [...others].filter(([path]) => path.startsWith(`${folder}/`));
    expect(own.length).toBeGreaterThan(20);
    expect(own.flatMap(([path, text]) => findPhrases(path, keepProse(text)))).toEqual([]);
  });

  test.each([...documents])('of documents is plain: %s', (path, text) => {
    expect(findPhrases(path, keepMarkdownProse(text))).toEqual([]);
  });

  test.each([...documents])('of documents has tables that fit a screen: %s', (path, text) => {
    expect(findLongTableLines(path, text)).toEqual([]);
  });
});

describe('the rules', () => {
  test.each([
    ['// A header that is none.', '"is none"'],
    ['/** The issuer is no URL. */', '"is no URL"'],
    ["throw new Error('nobody asked');", '"nobody"'],
    ['// Closed, else it leaks.', '"else"'],
    ['const page = <p>Whoever sees it</p>;', '"Whoever"'],
    ['const text = `a value $' + '{b} that cannot be meant`;', '"cannot be meant"'],
  ])('find the phrase of %s', (code, phrase) => {
    expect(findPhrases('a.tsx', keepProse(code))).toEqual([`a.tsx:1: ${phrase}`]);
  });

  test.each([
    ['if (a) b(); else c();'],
    ['// There is no header, or anything else.'],
    ['// The key is no longer valid.'],
    ["const nobody = { else: 'told' };"],
  ])('accept %s', (code) => {
    expect(findPhrases('a.ts', keepProse(code))).toEqual([]);
  });

  test('name the line', () => {
    expect(findPhrases('a.ts', keepProse('let a;\n\n// is none\n'))).toEqual(['a.ts:3: "is none"']);
  });

  test('ignore the code of a document, and measure its tables', () => {
    const text = '```ts\n// nobody\n```\n\nNobody.\n';
    expect(findPhrases('a.md', keepMarkdownProse(text))).toEqual(['a.md:5: "Nobody"']);
    expect(findLongTableLines('a.md', `|${'x'.repeat(160)}|\n${'y'.repeat(200)}`)).toEqual([
      'a.md:1: 162 characters',
    ]);
  });
});
