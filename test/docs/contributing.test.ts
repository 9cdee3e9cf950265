import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  isRelative,
  readImports,
  readSources,
  resolveRelative,
} from '../structure/read-sources.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CORE = 'packages/core/src/';
const guide = readFileSync(`${ROOT}CONTRIBUTING.md`, 'utf8');

/** Whether a word of the guide is a path: it has a slash or the ending of a file. */
const isPath = (word: string): boolean => word.includes('/') || /\.\w+$/.test(word);

/** The paths of `packages/express|koa/src`. */
const expand = (path: string): readonly string[] => {
  const [, before, names, after] = /^(.*?)(\w+(?:\|\w+)+)(.*)$/.exec(path) ?? [];
  return names === undefined ? [path] : names.split('|').map((name) => `${before}${name}${after}`);
};

/** The paths that the layout lists, in order. Indented paths are below the last one that is not. */
function listLayout(text: string): readonly string[] {
  const [, block = ''] = /## Where things are\n\n```\n([\s\S]*?)```/.exec(text) ?? [];
  let folder = '';
  return block.split('\n').flatMap((line) => {
    const [, indent = '', names = ''] = /^( *)(\S+(?: \S+)*)/.exec(line) ?? [];
    // A line that only continues a description is indented deeper.
    if (indent.length > 2) return [];
    const words = names.split(' ').filter(isPath);
    if (indent === '') [folder = ''] = words;
    return words.map((word) => (indent === '' ? word : folder + word)).flatMap(expand);
  });
}

const layout = listLayout(guide);

/** Whether a path exists. `*` stands for one folder. */
function isThere(path: string): boolean {
  const [before = '', after] = path.split('*');
  if (after === undefined) return existsSync(`${ROOT}${path}`);
  return readdirSync(`${ROOT}${before}`).some((one) =>
    existsSync(`${ROOT}${before}${one}${after}`),
  );
}

describe('CONTRIBUTING.md', () => {
  test('lists paths, in all the ways of its layout', () => {
    const sample = ['a/', '  b.ts c/   text', '          x.ts', 'd|e/ f/   text', 'g/*.json  text'];
    expect(listLayout(`## Where things are\n\n\`\`\`\n${sample.join('\n')}\n\`\`\``)).toEqual([
      'a/',
      'a/b.ts',
      'a/c/',
      'd/',
      'e/',
      'f/',
      'g/*.json',
    ]);
    expect(layout.length).toBeGreaterThan(70);
  });

  test('lists only paths that exist', () => {
    expect(layout.filter((path) => !isThere(path))).toEqual([]);
  });

  test('names only paths that exist', () => {
    const named = [...guide.matchAll(/`((?:packages|test|examples|\.config)\/[\w./*-]+)`/g)];
    expect(named.length).toBeGreaterThan(4);
    expect(named.map(([, path = '']) => path).filter((path) => !isThere(path))).toEqual([]);
  });
});

describe('the reading order of core', () => {
  const sources = readSources(ROOT, [CORE], (path) => path.endsWith('.ts'));
  const order = layout.filter((path) => path.startsWith(CORE) && path !== CORE);
  const isBelow = (path: string, item: string) =>
    item.endsWith('/') ? path.startsWith(item) : path === item;
  const placeOf = (path: string): number => order.findIndex((item) => isBelow(path, item));
  const files = [...sources.keys()];

  test('has every file once', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(files.filter((path) => placeOf(path) === -1)).toEqual([]);
    expect(order).toEqual([...new Set(order)]);
  });

  test('meets everything before it is used', () => {
    const late = files.flatMap((path) =>
      readImports(sources.get(path) ?? '')
        .filter(isRelative)
        .map((specifier) => resolveRelative(sources, path, specifier) ?? specifier)
        .filter((target) => placeOf(target) > placeOf(path))
        .map((target) => `${path} uses ${target}`),
    );
    expect(late).toEqual([]);
  });
});
