import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const TEST = fileURLToPath(new URL('..', import.meta.url));

test('the adapters compile with the types of Express 4 and Koa 2', () => {
  const { config } = ts.readConfigFile(join(TEST, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, TEST);
  const older = {
    express: [join(TEST, 'node_modules/@types/express4')],
    koa: [join(TEST, 'node_modules/@types/koa2')],
  };
  const program = ts.createProgram([join(TEST, 'support/typed-hosts.ts')], {
    ...options,
    noEmit: true,
    paths: older,
    typeRoots: [join(TEST, 'node_modules/@types')],
  });
  const files = program.getSourceFiles().map(({ fileName }) => fileName);
  expect(files.filter((file) => /@types\+(express@4|koa@2)/.test(file))).not.toEqual([]);
  expect(files.filter((file) => /@types\+(express@5|koa@3)/.test(file))).toEqual([]);
  const found = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(found).toEqual([]);
});
