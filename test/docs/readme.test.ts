import { describe, expect, test } from 'vitest';
import { compileSnippets, listDocuments, readDocument, readSnippets } from './snippets.js';

/** What a document may import as `./guard.js` without showing it. */
const GUARD = `
import { createGuard } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';

export const guard = createGuard({
  verifiers: [
    createJwtVerifier({
      issuer: 'https://sso.example.com/',
      audience: 'https://api.example.com',
      keys: createKeySet({ url: 'https://sso.example.com/.well-known/jwks.json' }),
    }),
  ],
  endpoints: {},
});
`;

const compile = (document: string) => {
  const snippets = readDocument(document);
  const shown = snippets.some(({ name }) => name === 'guard.ts');
  const given = { document, line: 0, code: GUARD, name: 'guard.ts' };
  return compileSnippets(shown ? snippets : [...snippets, given]);
};

describe('the TypeScript that the documents show', () => {
  test.each(listDocuments())('compiles: %s', (document) => {
    expect(compile(document)).toEqual([]);
  });
});

describe('the check of snippets', () => {
  const text = (code: string, name = '') => `# Title\n\n\`\`\`ts${name}\n${code}\n\`\`\`\n`;

  test('names the document and the line of what does not compile', () => {
    const snippets = readSnippets('packages/core/README.md', text('export const a: string = 1;'));
    expect(compileSnippets(snippets)).toEqual([
      "packages/core/README.md:4: Type 'number' is not assignable to type 'string'.",
    ]);
  });

  test('requires whole modules', () => {
    const snippets = readSnippets('README.md', text('createGuard({ verifiers: [] });'));
    expect(compileSnippets(snippets)).toEqual(["README.md:4: Cannot find name 'createGuard'."]);
  });

  test('lets one snippet import another by its name', () => {
    const markdown = `${text('export const a = 1;', ' a.ts')}${text("import { a } from './a.js';\nconsole.log(a + 1);")}`;
    expect(compileSnippets(readSnippets('README.md', markdown))).toEqual([]);
  });

  test('checks blocks of TypeScript only', () => {
    expect(readSnippets('README.md', '```sh\nnpm test\n```\n\n```js\nlet a\n```\n')).toEqual([]);
  });
});
