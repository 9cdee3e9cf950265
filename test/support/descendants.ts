import { execFileSync } from 'node:child_process';

export interface Descendant {
  readonly pid: number;
  /** How far below the given process it is, from 1. */
  readonly depth: number;
  /** Since when it runs, and its command. */
  readonly description: string;
}

/** The processes below one, each before its own children. Empty where there is no `ps`. */
export function listDescendants(root: number): readonly Descendant[] {
  const children = new Map<number, Descendant[]>();
  for (const line of listProcesses()) {
    const [, pid, parent, description = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const siblings = children.get(Number(parent)) ?? [];
    siblings.push({ pid: Number(pid), depth: 0, description });
    children.set(Number(parent), siblings);
  }
  const walk = (pid: number, depth: number): readonly Descendant[] =>
    (children.get(pid) ?? []).flatMap((child) => [
      { ...child, depth },
      ...walk(child.pid, depth + 1),
    ]);
  return walk(root, 1).filter(({ description }) => !description.includes(COLUMNS));
}

const COLUMNS = 'pid=,ppid=,etime=,args=';

function listProcesses(): readonly string[] {
  try {
    const options = { encoding: 'utf8', timeout: 10_000, maxBuffer: 16 * 1024 * 1024 } as const;
    return execFileSync('ps', ['-A', '-ww', '-o', COLUMNS], options).split('\n');
  } catch {
    return [];
  }
}
