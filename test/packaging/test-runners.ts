import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run, runTool } from './run.js';
import { NEST, type Scratch } from './scratch.js';

/** How applications run their tests, each as its documentation begins. */
export function describeTestRunners(scratch: Scratch): void {
  describe('the packages load', () => {
    test('under Jest with its default configuration', async () => {
      const sources = ['javascript', 'runners/jest.test.js'];
      const project = scratch.createProject('jest', sources, { without: NEST });
      await runTool('jest', [], project);
    });

    test('under ts-jest, with moduleResolution node10', async () => {
      const project = scratch.createProject('ts-jest', ['typescript', 'runners/ts-jest.spec.ts']);
      const config = { preset: 'ts-jest', testEnvironment: 'node', testMatch: ['**/*.spec.ts'] };
      writeFileSync(join(project, 'jest.config.json'), JSON.stringify(config));
      scratch.writeCompilerOptions(project, LEGACY);
      await runTool('jest', [], project);
    });

    test('under vitest', async () => {
      const project = scratch.createProject('vitest', ['javascript', 'runners/vitest.test.mjs']);
      expect(await runTool('vitest', ['run', '--root', project], project)).toContain('1 passed');
    });

    test('under node:test', async () => {
      const project = scratch.createProject('node-test', ['javascript', 'runners/node.test.mjs']);
      await run(process.execPath, ['--test', 'node.test.mjs'], project);
    });
  });
}

const LEGACY = { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' };
