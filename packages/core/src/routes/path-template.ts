/** Placeholders for a parameter and for one or more segments. Paths contain no control characters. */
export const PARAMETER = '\u0001';
export const WILDCARD = '\u0002';

/** A path with more optional parts is reported as one that cannot be checked. */
const MAX_OPTIONAL = 5;

/** One form of a route's path: literal text, parameters and wildcards. */
export interface PathTemplate {
  readonly pattern: string;
  /** Whether a wildcard matches no segment in this form: Hono's `/docs/*` also answers `/docs`. */
  readonly isImplicit: boolean;
}

/**
 * Parses a path in the syntax of path-to-regexp 8 (`:name`, `*name`, `{optional}`, and a backslash before
 * a literal character) into its forms. Only the matcher of the host decides which paths a route takes.
 * @returns an empty list for a regular expression, and for a path with too many optional parts.
 *
 * @example
 * parseTemplates('/docs{/:id}').length; // 2
 */
export function parseTemplates(path: string | RegExp): readonly PathTemplate[] {
  if (typeof path !== 'string') return [];
  const escaped = path.replace(/\\(.)/g, (_, c: string) => hide(c));
  if (escaped.split('{').length - 1 > MAX_OPTIONAL) return [];
  const forms = new Map<string, boolean>();
  for (const { pattern, isImplicit } of expandOptional({ pattern: escaped, isImplicit: false })) {
    const spelled = pattern
      .replace(NAMED, (name) => (name[0] === ':' ? PARAMETER : WILDCARD))
      .replace(/[\ue000-\uf8ff]/g, show);
    const path = spelled || '/';
    forms.set(path, isImplicit && forms.get(path) !== false);
  }
  return [...forms].map(([pattern, isImplicit]) => ({ pattern, isImplicit }));
}

/**
 * Parses the path of a mount into the forms of the path itself and of everything below it.
 *
 * @example
 * parseMountTemplates('/admin').length; // 2
 */
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

/** Expands a path into its forms with and without each optional part, innermost first. */
function expandOptional({ pattern, isImplicit }: PathTemplate): readonly PathTemplate[] {
  const group = /\{([^{}]*)\}/.exec(pattern);
  if (group === null) return [{ pattern, isImplicit }];
  const before = pattern.slice(0, group.index);
  const after = pattern.slice(group.index + group[0].length);
  const isWildcard = /^\/?\*/.test(group[1] as string);
  return [
    { pattern: `${before}${group[1]}${after}`, isImplicit },
    { pattern: before + after, isImplicit: isImplicit || isWildcard },
  ].flatMap(expandOptional);
}

const PRIVATE_USE = 0xe000;

function hide(c: string): string {
  return String.fromCharCode(PRIVATE_USE + c.charCodeAt(0));
}

function show(c: string): string {
  return String.fromCharCode(c.charCodeAt(0) - PRIVATE_USE);
}
