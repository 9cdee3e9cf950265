/** Stand for a parameter and for one or more segments; paths hold no control characters. */
export const PARAMETER = '\u0001';
export const WILDCARD = '\u0002';

/** A path with more optional parts is reported instead of expanded. */
const MAX_OPTIONAL = 5;

/** One form of a route's path: literal text, parameters and wildcards. */
export interface PathTemplate {
  readonly pattern: string;
  /** Whether only the host makes this form: Hono's `/docs/*` also answers `/docs`. */
  readonly isImplicit: boolean;
}

/**
 * The forms of a path as path-to-regexp 8 spells it: `:name`, `*name`, `{optional}`, a backslash before
 * a literal character. Which paths a route really takes, only the matcher of the host knows.
 * @returns nothing for a regular expression, and for a path with too many optional parts.
 */
export function parseTemplates(path: string | RegExp): readonly PathTemplate[] {
  if (typeof path !== 'string') return [];
  const escaped = path.replace(/\\(.)/g, (_, c: string) => hide(c));
  if (escaped.split('{').length - 1 > MAX_OPTIONAL) return [];
  const patterns = expandOptional(escaped)
    .map((form) => form.replace(NAMED, (name) => (name[0] === ':' ? PARAMETER : WILDCARD)))
    .map((form) => form.replace(/[\ue000-\uf8ff]/g, show));
  return [...new Set(patterns)].map((pattern) => ({ pattern, isImplicit: false }));
}

/** The path of a mount and everything below it. */
export function parseMountTemplates(path: string | RegExp): readonly PathTemplate[] {
  return parseTemplates(path).flatMap(({ pattern, isImplicit }) => {
    const prefix = pattern.replace(/\/+$/, '');
    return [
      { pattern: prefix || '/', isImplicit },
      { pattern: `${prefix}/${WILDCARD}`, isImplicit },
    ];
  });
}

const NAMED = /[:*](?:"[^"]*"|[\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;

/** With and without each optional part, innermost first. */
function expandOptional(template: string): readonly string[] {
  const group = /\{([^{}]*)\}/.exec(template);
  if (group === null) return [template];
  const before = template.slice(0, group.index);
  const after = template.slice(group.index + group[0].length);
  return [`${before}${group[1]}${after}`, before + after].flatMap(expandOptional);
}

const PRIVATE_USE = 0xe000;

function hide(c: string): string {
  return String.fromCharCode(PRIVATE_USE + c.charCodeAt(0));
}

function show(c: string): string {
  return String.fromCharCode(c.charCodeAt(0) - PRIVATE_USE);
}
