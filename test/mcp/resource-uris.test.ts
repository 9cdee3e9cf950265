import { posix } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { legacy, openEndpoint, post } from './open-endpoint.js';

/** What programs read as a delimiter, a dot segment or nothing, in many spellings. */
const PIECES = [
  ...['/', '.', '..', '%2e', '%2E', '%252e', '%2f', '%252F', '%5c', '\\', '%00', '%', '%25'],
  ...[
    'secret',
    'SECRET',
    '%73ecret',
    'secre%74',
    's%65cret',
    'a',
    '1',
    '?',
    '#',
    ';',
    '%3f',
    '%23',
    ' ',
  ],
  ...['\u200b', '%E2%80%8B', '%C0%AF', '\uff0e', '|', '~', '%7e'],
];

/** The path that the most lenient program finds: decoded until nothing changes, with backslashes as slashes. */
function resolve(uri: string): string {
  let text = uri.replace(/^file:\/\//, '');
  for (let decoded = text; ; text = decoded) {
    try {
      decoded = decodeURIComponent(text);
    } catch {
      return 'invalid';
    }
    if (decoded === text) break;
  }
  const [path = ''] = text.split(/[?#]/);
  return posix.normalize(path.replaceAll('\\', '/').replaceAll('\0', ''));
}

test('no spelling of a URI reads a resource under the rule of another one', async () => {
  const { fetch, served } = openEndpoint();
  const rest = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((one) => one.join(''));
  await fc.assert(
    fc.asyncProperty(rest, async (text) => {
      const uri = `file:///reports/${text}`;
      const message = legacy('resources/read', { uri });
      const { status } = await fetch(post(message, { authorization: 'Bearer reporter' }));
      if (status !== 200) return;
      const path = resolve(uri);
      expect(path).toMatch(/^\/reports\//);
      expect(path).not.toMatch(/^\/reports\/secret\//);
    }),
    { numRuns: 3000 },
  );
  // Otherwise the property would say nothing.
  expect(served.length).toBeGreaterThan(100);
});
