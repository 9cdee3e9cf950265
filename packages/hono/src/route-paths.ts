import { type PathTemplate, parseTemplates } from '@mandate/core/check-routes';

/** What `checkRoutes` knows about a path of Hono. */
export interface RoutePath {
  /** The forms of the path. */
  readonly templates: readonly PathTemplate[];
  /** Values that the parameters with a pattern often match. */
  readonly values: readonly string[];
  /** Whether a parameter has a pattern that a template cannot express. */
  readonly hasPattern: boolean;
}

/** A parameter, which is a whole segment, or another colon, which is a literal character. */
const COLON = /\/:([^/{}?]+)(?:\{(.+?)\}(?=\/|\?|$))?(\?)?|:/g;

/** A pattern of literal text with at most one `[^/]+`, such as `[^/]+:cancel` and `items:batch`. */
const LITERAL = String.raw`(?:[\w:@&,;=~-]|\\[.:$+-])*`;
const PLAIN = new RegExp(String.raw`^(${LITERAL})(\[\^/\]\+)?(${LITERAL})$`);

/** Values that parameters with a pattern often match. */
const COMMON = ['7091', '2024-11-30', 'abcd', '0b0e6b5e-3f57-4a3f-9b3f-7d3c1a2b4c5d'];

/** `/docs/*` also answers `/docs`. */
export function parseRoutePath(path: string): RoutePath {
  const patterns: string[] = [];
  const named = path.replace(COLON, (text, name, pattern, optional) => {
    if (name === undefined) return `\\${text}`;
    const plain = pattern === undefined ? ':p' : respell(pattern);
    if (plain === undefined) patterns.push(pattern);
    const segment = `/${plain ?? ':p'}`;
    return optional ? `{${segment}}` : segment;
  });
  return {
    templates: parseTemplates(nameWildcards(named)),
    values: patterns.length === 0 ? [] : [...COMMON, ...patterns.flatMap((one) => one.split('|'))],
    hasPattern: patterns.length > 0,
  };
}

function nameWildcards(path: string): string {
  return path
    .replace(/\/\*$/, '{/*below}')
    .replace(/\*$/, '*below')
    .replace(/\*(?!below)/g, ':any');
}

/** The pattern in the syntax of path-to-regexp 8; `undefined` if that syntax cannot express it. */
function respell(pattern: string): string | undefined {
  const found = PLAIN.exec(pattern);
  if (found === null) return undefined;
  const [, before = '', parameter, after = ''] = found;
  return `${escapeText(before)}${parameter === undefined ? '' : ':"p"'}${escapeText(after)}`;
}

function escapeText(text: string): string {
  return text.replace(/\\?([^\w~-])/g, '\\$1').replace(/\\-/g, '-');
}

/**
 * The literal segments in which the router takes the text after a colon for a parameter: in
 * `/v1/:id/items:batch`, the default router of Hono reads `:batch` as one.
 */
export function findMisread(path: string, matches: (path: string) => boolean): string | undefined {
  const segments = path.split('/');
  return segments.find((segment, i) => {
    const colon = segment.indexOf(':');
    if (colon < 1 || path.includes('{')) return false;
    const other = [...segments];
    other[i] = `${segment.slice(0, colon)}Zz~0`;
    return matches(
      other
        .join('/')
        .replace(/\/:[^/]+/g, '/q')
        .replace(/\*/g, 'q'),
    );
  });
}
