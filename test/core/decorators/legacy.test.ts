import * as core from '@mandate/core/decorators';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** Runs a class as TypeScript compiles it with the option. */
function runCompiled(source: string): unknown {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { experimentalDecorators: true, target: ts.ScriptTarget.ES2022 },
  });
  return new Function('core', outputText)(core);
}

test.each(["core.endpoint('GET /a')", "core.requireScopes('A')", 'core.isPublic()'])(
  '@%s says that experimentalDecorators must be off',
  (decorator) => {
    expect(() => runCompiled(`class A { @${decorator} list() {} }`)).toThrow(
      /^list: .* remove experimentalDecorators from the compiler options/,
    );
  },
);
