import { readFaults } from '../../support/stub-guard.js';
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

/** What the author knows about an application. */
interface Author {
  readonly app?: Application;
  /** Whether its static server answers other methods than GET and HEAD. */
  readonly ignoresMethod?: boolean;
  /** Whether its static server serves a file at the file's path without the extension. */
  readonly addsExtension?: boolean;
}

/**
 * Runs `checkRoutes` as the author does who has checked those, and nothing else.
 * @throws TypeError if it finds anything else.
 */
export function checkVouched(
  check: (options?: Options) => void,
  { app, ignoresMethod = false, addsExtension = false }: Author = {},
): void {
  const faults = readFaults(() => check());
  if (faults.length === 0) return;
  const keys = listKeys(app);
  const options = {
    checked: [
      ...findSubjects(/^(USE .* vouched(?: #\d+)?) cannot be checked/, faults),
      ...(addsExtension ? [] : findSubjects(RULE_OF_FILE, faults)),
    ],
    servedElsewhere: keys.filter((key) => faults.some((fault) => fault.startsWith(`${key} is in`))),
  };
  // What neither list covers stays a fault, so a second look is in vain.
  const [other] = faults.slice(options.checked.length + options.servedElsewhere.length);
  if (other !== undefined) throw new TypeError(`not vouched: ${faults.join('; ')}`);
  const left = readFaults(() => check(options));
  const keepsToGet = ignoresMethod ? [] : findSubjects(OTHER_METHOD, left);
  const keepsToFile = addsExtension ? [] : findSubjects(OTHER_ADDRESS, left);
  // As above: `check` would find those again, and nothing else.
  if (left.length > keepsToGet.length + keepsToFile.length) {
    throw new TypeError(`not vouched: ${left.join('; ')}`);
  }
}

const OTHER_METHOD = /^(\w+ \S+ over GET \S+) cannot be checked: .* ignore the method/;
// Every static server answers a folder with its `index.html`; `docs` is the folder that has one.
const OTHER_ADDRESS =
  /^(GET \S+(?<!\/(?:docs|:\w+)\/?) over GET \S+(?<!index\.html)) cannot be checked: .* add an extension/;
const RULE_OF_FILE = /^(USE \S+(?<!index\.html)) has a rule that \S+ bypasses if a static server/;

function listKeys(app: Application | undefined): readonly string[] {
  const folders = app?.items.filter((item): item is Folder => item.kind === 'folder') ?? [];
  return folders.flatMap(({ entries }) =>
    entries.map(({ path }) => `GET /${[...(app?.base ?? []), ...path].join('/')}`),
  );
}

function findSubjects(pattern: RegExp, faults: readonly string[]): readonly string[] {
  return faults.flatMap((fault) => pattern.exec(fault)?.[1] ?? []);
}
