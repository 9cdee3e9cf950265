import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../docs/snippets.js';
import { linkDependency } from './packed-package.js';
import { run, runTool } from './run.js';
import type { Scratch } from './scratch.js';

const GUIDE = 'packages/core/docs/testing.md';
const nestModules = fileURLToPath(new URL('../../packages/nest/node_modules', import.meta.url));
const GETTING_STARTED = 'packages/core/docs/getting-started.md';

/** The programs of the guide about testing, each under the runner that its heading names. */
export function describeTestingGuide(scratch: Scratch): void {
  const programs = new Map(readDocument(GUIDE).map(({ name, code }) => [name, code]));

  /** Writes programs as JavaScript, by the name of the file they become. */
  const write = (
    project: string,
    format: 'cjs' | 'esm',
    files: Readonly<Record<string, string>>,
  ) => {
    for (const [file, name] of Object.entries(files)) {
      const { code } = transformSync(programs.get(name) ?? '', { loader: 'ts', format });
      writeFileSync(join(project, file), code);
    }
  };

  describe('the guide about testing', () => {
    test('runs under vitest', async () => {
      const project = scratch.createProject('guide-vitest', [], { type: 'module' });
      for (const name of ['app.ts', 'app.test.ts']) {
        writeFileSync(join(project, name), programs.get(name) ?? '');
      }
      expect(await runTool('vitest', ['run', '--root', project], project)).toContain('2 passed');
    });

    test('and about getting started run under vitest', async () => {
      const project = scratch.createProject('guide-started', [], { type: 'module' });
      const shown = readDocument(GETTING_STARTED).filter(({ name }) => name !== 'server.ts');
      for (const { name = '', code } of shown) writeFileSync(join(project, name), code);
      expect(await runTool('vitest', ['run', '--root', project], project)).toContain('2 passed');
    });

    test.each(['tokens', 'exports'])('and about a store of %s run under vitest', async (name) => {
      const project = scratch.createProject(`guide-store-${name}`, [], { type: 'module' });
      for (const { name: file, code } of readDocument(`packages/${name}/docs/own-store.md`)) {
        if (file !== undefined) writeFileSync(join(project, file), code);
      }
      const output = await runTool('vitest', ['run', '--root', project], project);
      expect(output).toMatch(/Tests .*\d+ passed/);
      expect(output).not.toContain('failed');
    });

    test('runs under Jest, and finds its snapshot again', async () => {
      const project = scratch.createProject('guide-jest', ['runners/matchers.test.js']);
      write(project, 'cjs', { 'app.js': 'app.ts', 'app.test.js': 'app.jest.ts' });
      await runTool('jest', ['--ci=false'], project);
      await runTool('jest', ['--ci'], project);
    });

    test('runs under node:test', async () => {
      const project = scratch.createProject('guide-node', [], { type: 'module' });
      write(project, 'esm', { 'app.js': 'app.ts', 'app.node.js': 'app.node.ts' });
      const output = await run(process.execPath, ['--test', 'app.node.js'], project);
      expect(output).toContain('# pass 2');
    });

    test.each(['testing', 'express', 'koa', 'hono', 'fastify', 'nest', 'fetch'])(
      'and the README of %s, whose test passes',
      async (name) => {
        scratch.link('@koa/router');
        linkDependency(scratch.folder, '@nestjs/platform-express', nestModules);
        const shown = readDocument(`packages/${name}/README.md`).find(({ code }) =>
          code.includes("from 'node:test'"),
        );
        const project = scratch.createProject(`readme-${name}`, [], { type: 'module' });
        const { code } = transformSync(shown?.code ?? '', {
          loader: 'ts',
          format: 'esm',
          tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
        });
        writeFileSync(join(project, 'shown.js'), code);
        const output = await run(process.execPath, ['--test', 'shown.js'], project);
        expect(output).toContain('# pass 1');
      },
    );

    test('prints the difference of two policies as shown', async () => {
      const project = scratch.createProject('guide-diff', [], { type: 'module' });
      write(project, 'esm', { 'app.js': 'app.ts', 'diff.js': 'diff.ts' });
      const output = await run(process.execPath, ['diff.js'], project);
      const guide = readFileSync(new URL(`../../${GUIDE}`, import.meta.url), 'utf8');
      expect(guide).toContain(`\n\`\`\`\n${output.trim()}\n\`\`\`\n`);
    });
  });
}
