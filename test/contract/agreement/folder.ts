import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The content of files that need the scope `SECRET`. */
export const SECRET_TEXT = 'top secret';

/** A folder of files for static servers; the caller removes it. */
export function createFolder(): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'mandate-agreement-'));
  const files = {
    'public/a.txt': 'public',
    'index.html': 'index',
    'secret/x.txt': SECRET_TEXT,
    'secret/index.html': SECRET_TEXT,
    'a@b/x.txt': SECRET_TEXT,
    'a@b/index.html': SECRET_TEXT,
    'c d/x.txt': 'public',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return { root, remove: () => rmSync(root, { recursive: true }) };
}
