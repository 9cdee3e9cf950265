import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { listTopLevel } from './list-top-level.js';
import { readSources, type Sources } from './read-sources.js';
import {
  checkCycles,
  checkDefaultExports,
  checkDirection,
  checkFolderCycles,
  checkNames,
  checkPortable,
  checkTopLevel,
} from './rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = readSources(root, ['packages'], (path) => /^packages\/[^/]+\/src\//.test(path));
const core = new Map([...sources].filter(([path]) => path.startsWith('packages/core/')));
const client = new Map([...sources].filter(([path]) => path.startsWith('packages/client/')));
const NODE_ENTRY = 'packages/core/src/node.ts';

describe('the repository', () => {
  test('has sources to check', () => {
    expect(sources.size).toBeGreaterThan(20);
    expect(core.has(NODE_ENTRY)).toBe(true);
  });

  test('imports in one direction', () => {
    expect(checkDirection(sources)).toEqual([]);
  });

  test('has no import cycles', () => {
    expect(checkCycles(sources)).toEqual([]);
  });

  test('has no cycles between folders', () => {
    expect(checkFolderCycles(sources)).toEqual([]);
  });

  test('keeps Node out of core, except behind its node entry', () => {
    expect(checkPortable(core, NODE_ENTRY)).toEqual([]);
  });

  test('keeps Node out of the client', () => {
    expect(client.size).toBeGreaterThan(10);
    expect(checkPortable(client, 'none')).toEqual([]);
  });

  test('has no default exports', () => {
    expect(checkDefaultExports(sources)).toEqual([]);
  });

  test('has no utils.ts and no types.ts', () => {
    expect(checkNames(sources)).toEqual([]);
  });

  test('has only known entries at its top level', () => {
    expect(checkTopLevel(listTopLevel(root))).toEqual([]);
  });
});

// A rule that cannot fail proves nothing: each is shown what it must reject, and its nearest good neighbour.
describe('the rules', () => {
  const files = (entries: Record<string, string>): Sources => new Map(Object.entries(entries));
  const inCore = (text: string) => files({ 'packages/core/src/guard.ts': text });

  test.each([
    ['core', "import { a } from '@mandate/express';"],
    ['core', "import type { Request } from 'express';"],
    ['core', "export * from 'lodash';"],
    ['core', "const a = await import('koa');"],
    ['core', "let a: import('hono').Context;"],
    ['express', "import { a } from '@mandate/koa';"],
    ['express', "import { a } from 'koa';"],
    ['express', "import { a } from 'jose';"],
    ['tokens', "import { a } from '@mandate/sql';"],
    ['issuer', "import { a } from '@mandate/tokens';"],
    ['client', "import { a } from '@mandate/core';"],
    ['client', "import { a } from 'any-library';"],
    ['exports', "import { a } from '@mandate/core';"],
    ['sql', "import { a } from '@mandate/core';"],
    ['console', "import { a } from '@mandate/issuer';"],
    ['testing', "import { a } from '@mandate/express';"],
    ['testing', "import { expect } from 'vitest';"],
    ['newcomer', 'export const a = 1;'],
    ['core', "import { a } from './missing.js';"],
  ])('reject in %s: %s', (name, text) => {
    expect(checkDirection(files({ [`packages/${name}/src/a.ts`]: text }))).toHaveLength(1);
  });

  test('reject a relative import that leaves the package', () => {
    const reachesOver = files({
      'packages/koa/src/a.ts': "import { b } from '../../core/src/b.js';",
      'packages/core/src/b.ts': 'export const b = 1;',
    });
    expect(checkDirection(reachesOver)).toHaveLength(1);
  });

  test.each([
    ['core', "import { exportJWK } from 'jose/key/export';"],
    ['core', "import { Buffer } from 'node:buffer';"],
    ['hono', "import { a } from '@mandate/core/node'; import type { Context } from 'hono';"],
    ['sql', "import { a } from '@mandate/tokens'; import { b } from 'some-driver';"],
    ['core', '// import { a } from "@mandate/express";\nconst text = "import \'koa\'";'],
  ])('accept in %s: %s', (name, text) => {
    expect(checkDirection(files({ [`packages/${name}/src/a.ts`]: text }))).toEqual([]);
  });

  test('find a cycle, one of types included', () => {
    const cycle = files({
      'packages/core/src/a.ts': "import { b } from './deep/b.js';",
      'packages/core/src/deep/b.ts': "export { c } from './index.js';",
      'packages/core/src/deep/index.ts': "import type { A } from '../a.js';",
    });
    expect(checkCycles(cycle)).toEqual([
      'packages/core/src/a.ts -> packages/core/src/deep/b.ts -> packages/core/src/deep/index.ts -> packages/core/src/a.ts',
    ]);
    const itself = files({ 'packages/core/src/a.ts': "import { a } from './a.js';" });
    expect(checkCycles(itself)).toHaveLength(1);
  });

  test('find a cycle of folders even if there is no cycle of files', () => {
    const folders = files({
      'packages/core/src/jwt/a.ts': "import { b } from '../keys/b.js';",
      'packages/core/src/jwt/c.ts': 'export const c = 1;',
      'packages/core/src/keys/b.ts': 'export const b = 1;',
      'packages/core/src/keys/d.ts': "import type { C } from '../jwt/c.js';",
    });
    expect(checkCycles(folders)).toEqual([]);
    expect(checkFolderCycles(folders)).toEqual([
      'packages/core/src/jwt -> packages/core/src/keys -> packages/core/src/jwt',
    ]);
  });

  test('accept an entry beside the folders, which imports from them and serves them', () => {
    const entry = files({
      'packages/core/src/guard.ts': "import './jwt/a.js';",
      'packages/core/src/jwt/a.ts': "import './b.js'; import '../auth-error.js';",
      'packages/core/src/jwt/b.ts': 'export const b = 1;',
      'packages/core/src/auth-error.ts': 'export const c = 1;',
    });
    expect(checkFolderCycles(entry)).toEqual([]);
  });

  test('do not report two paths to one file as a cycle', () => {
    const diamond = files({
      'packages/core/src/a.ts': "import './b.js'; import './c.js';",
      'packages/core/src/b.ts': "import './c.js';",
      'packages/core/src/c.ts': 'export const c = 1;',
    });
    expect(checkCycles(diamond)).toEqual([]);
  });

  test('find Node outside the node entry, and the way to it from other entries', () => {
    const impure = files({
      [NODE_ENTRY]: "import 'node:http'; import './shared.js';",
      'packages/core/src/shared.ts': "import { createHash } from 'crypto';",
      'packages/core/src/types-only.ts': "import type { Duplex } from 'node:stream';",
      'packages/core/src/index.ts': "import './shared.js'; export * from './node.js';",
      'packages/core/src/late.ts': "await import('node:fs');",
    });
    expect([...checkPortable(impure, NODE_ENTRY)].sort()).toEqual([
      'packages/core/src/index.ts: imports ./node.js',
      'packages/core/src/late.ts: imports node:fs',
      'packages/core/src/shared.ts: imports crypto',
      'packages/core/src/types-only.ts: imports node:stream',
    ]);
  });

  test.each([
    'export default 1;',
    'export default function a() {}',
    'export default class A {}',
    'const a = 1; export { a as default };',
    "export { default } from './b.js';",
    "export * as default from './b.js';",
    'export = 1;',
  ])('find a default export: %s', (text) => {
    expect(checkDefaultExports(inCore(text))).toHaveLength(1);
  });

  test.each([
    'export const a = { default: 1 };',
    "export { default as b } from './b.js';",
    'switch (a) { default: }',
  ])('find no default export: %s', (text) => {
    expect(checkDefaultExports(inCore(text))).toEqual([]);
  });

  test('find a file with a meaningless name', () => {
    const named = files({
      'packages/core/src/utils.ts': '',
      'packages/core/src/jwt/types.ts': '',
      'packages/core/src/jwt/token-types.ts': '',
    });
    expect(checkNames(named)).toHaveLength(2);
  });

  test('find unknown entries of the top level', () => {
    expect(checkTopLevel(['packages', '.ci', 'README.md'])).toEqual([]);
    expect(checkTopLevel(['vitest.config.ts', 'scripts'])).toHaveLength(2);
  });
});
