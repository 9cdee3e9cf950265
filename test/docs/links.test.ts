import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every Markdown file of the repository. */
const DOCUMENTS = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
  {
    cwd: ROOT,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)));

/** Markdown without its code. */
function removeCode(markdown: string): string {
  return markdown
    .replace(/^(```+).*?^\1$/gms, '')
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));
}

function readLinks(markdown: string): readonly string[] {
  const text = removeCode(markdown);
  return [
    ...[...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    ...[...text.matchAll(/^\[[^\]]+\]: (\S+)/gm)].map(([, target = '']) => target),
  ];
}

/** The anchors that GitHub makes of headings. */
function readAnchors(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const text = markdown.replace(/^(```+).*?^\1$/gms, '');
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.*)$/gm)) {
    const plain = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .trim();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replace(/ /g, '-');
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with a link; `undefined` if nothing is. */
function findFault(document: string, target: string): string | undefined {
  if (/^(?:https?|mailto):/.test(target)) return URL.canParse(target) ? undefined : 'no URL';
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), decodeURI(path));
  if (relative(ROOT, file).startsWith('..')) return 'outside the repository';
  if (!existsSync(file)) return 'no such file';
  if (anchor === undefined) return undefined;
  const page = statSync(file).isDirectory() ? join(file, 'README.md') : file;
  if (!page.endsWith('.md'))
    return /^L\d+/.test(anchor) ? undefined : 'an anchor in a file that is not a page';
  return readAnchors(readFileSync(page, 'utf8')).has(anchor) ? undefined : 'no such heading';
}

describe('links', () => {
  test('are found in documents', () => {
    expect(DOCUMENTS).toContain('packages/core/README.md');
    expect(readLinks('[a](b.md#c) `[no](link)` [d]\n\n[d]: e.md')).toEqual(['b.md#c', 'e.md']);
    expect([...readAnchors('# A `b`, c\n## A b c\n## [x](y)')]).toEqual(['a-b-c', 'a-b-c-1', 'x']);
    expect(findFault('README.md', 'nothing.md')).toBe('no such file');
    expect(findFault('README.md', '#nothing')).toBe('no such heading');
  });

  test.each(DOCUMENTS)('of %s lead somewhere', (document) => {
    const links = readLinks(readFileSync(join(ROOT, document), 'utf8'));
    const broken = links.flatMap((target) => {
      const fault = findFault(document, target);
      return fault === undefined ? [] : [`${target}: ${fault}`];
    });
    expect(broken).toEqual([]);
  });
});
