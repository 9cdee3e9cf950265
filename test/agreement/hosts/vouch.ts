import type { Application, Folder } from '../application.js';

const NAME = 'vouched';

/** Marks what the author of an application has checked: static servers, parsers, rewrites. */
export function vouch<Middleware extends object>(middleware: Middleware): Middleware {
  return Object.defineProperty(middleware, 'name', { value: NAME });
}

interface Options {
  readonly checked?: readonly string[];
  readonly servedElsewhere?: readonly string[];
}

/**
 * Runs `checkRoutes` as the author does who has checked those, and nothing else.
 * @throws TypeError if it finds anything else.
 */
export function checkVouched(check: (options?: Options) => void, app?: Application): void {
  const faults = findFaults(() => check());
  if (faults.length === 0) return;
  const folders = app?.items.filter((item): item is Folder => item.kind === 'folder') ?? [];
  const keys = folders.flatMap(({ entries }) =>
    entries.map(({ path }) => `GET /${[...(app?.base ?? []), ...path].join('/')}`),
  );
  check({
    checked: faults.flatMap((fault) => {
      const subject = /^(USE .* vouched(?: #\d+)?) cannot be checked/.exec(fault)?.[1];
      return subject === undefined ? [] : [subject];
    }),
    servedElsewhere: keys.filter((key) => faults.some((fault) => fault.startsWith(`${key} is in`))),
  });
}

function findFaults(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return [...error.message.matchAll(/^- (.*)$/gm)].map((fault) => fault[1] as string);
  }
}
