import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The files that static servers serve; each holds its own path. */
export const FILES: readonly string[] = [
  ...['a.txt', 'x/a.txt', 'secret/a.txt', 'secret/deep/a.txt', 'a@b/a.txt', 'admin/a.txt'],
  ...['secret/a.html', 'x/secret/a.txt', 'a+b/a.txt', 'secret%2Fa.txt', '%73ecret.txt'],
  ...['.hidden/a.txt', 'a b/a.txt', 'secret;v=1/a.txt', 'docs/index.html', 'é/a.txt'],
];

const MARK = /<<file (.*?)>>/;

export interface FolderOnDisk {
  readonly root: string;
  remove(): void;
}

export function createFolder(): FolderOnDisk {
  const root = mkdtempSync(join(tmpdir(), 'agreement-'));
  for (const file of FILES) {
    const path = join(root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `<<file ${encodeURIComponent(file)}>>`);
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}

/** The path of the file that an answer holds. */
export function findFile(answer: string): readonly string[] | undefined {
  const name = MARK.exec(answer)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name).split('/');
}
