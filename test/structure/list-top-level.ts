import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

// What installing and testing leave behind in a tree that git knows nothing of.
const IGNORED = ['node_modules', 'coverage'];

/** The names at the top of the repository: what git tracks, or without git what is there. */
export function listTopLevel(root: string): readonly string[] {
  // The checkout may belong to another user than the one who runs the tests.
  const safe = ['-c', `safe.directory=${root.replace(/\/$/, '')}`];
  const git = spawnSync('git', [...safe, 'ls-files'], { cwd: root, encoding: 'utf8' });
  const tracked = git.status === 0 ? git.stdout.trim() : '';
  if (tracked === '') return readdirSync(root).filter((name) => !IGNORED.includes(name));
  const names = tracked.split('\n').map((path) => path.slice(0, `${path}/`.indexOf('/')));
  return [...new Set(names)];
}
