/**
 * Translates paths of Express 4 to the syntax of path-to-regexp 8. Express 4 keeps the path of a route as it was
 * written. Of a `use`, it keeps only the regular expression that path-to-regexp 0.1 has compiled.
 */

/** A path of Express 4. */
export interface Path4 {
  /** As it was written, if known. */
  readonly path: string | RegExp;
  /** In the syntax of path-to-regexp 8. `undefined` if that syntax cannot express it. */
  readonly pattern: string | undefined;
  readonly regexp: RegExp;
}

/** The paths of a route, each with the part of the layer's regular expression that matches it. */
export function toRoutePaths(written: unknown, regexp: RegExp): readonly Path4[] {
  const paths = (Array.isArray(written) ? written.flat(Infinity) : [written]) as unknown[];
  const parts = splitAlternatives(regexp);
  return paths.map((path, i) => {
    const own = paths.length === parts.length ? (parts[i] as RegExp) : regexp;
    return typeof path === 'string'
      ? { path, pattern: respellWritten(path), regexp: own }
      : { path: path instanceof RegExp ? path : own, pattern: undefined, regexp: own };
  });
}

/** The paths of a `use`. */
export function toMountPaths(
  regexp: RegExp,
  keys: readonly { readonly name: unknown }[],
): readonly Path4[] {
  const names = keys.map(({ name }) => name);
  return splitAlternatives(regexp).map((own) => {
    const pattern = respellCompiled(own.source, names);
    return { path: pattern ?? own, pattern, regexp: own };
  });
}

/** Splits the regular expression of several paths. Express 4 joins them with `|`. */
function splitAlternatives(regexp: RegExp): readonly RegExp[] {
  return regexp.source.split(/\|(?=\^)/).map((source) => new RegExp(source, regexp.flags));
}

const WRITTEN = /\\(.)|(\/):(\w+)\?|:(\w+)|\*|[^\\]/gs;

/** The other characters that path-to-regexp 0.1 copies into the regular expression. */
const SPECIAL = /^[()[\]{}|^$+?]$/;

/** `/a/:b?/*` as `/a{/:b}/{*rest0}`; `undefined` if it has a pattern. */
function respellWritten(path: string): string | undefined {
  if (/:\w+[*(]/.test(path)) return undefined;
  let wildcards = 0;
  let isPlain = true;
  const spelled = path.replace(WRITTEN, (text, escaped, slash, optional, name) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (slash !== undefined) return `{/:${optional}}`;
    if (name !== undefined) return `:${name}`;
    if (text === '*') return `{*rest${wildcards++}}`;
    isPlain &&= !SPECIAL.test(text);
    return text;
  });
  if (!isPlain) return undefined;
  return spelled.startsWith('/') || wildcards === 0 ? spelled : `/${spelled}`;
}

/** A parameter, an optional parameter and `*`, as path-to-regexp 0.1.7 and 0.1.12 compile them. */
const COMPILED =
  /\\\/\(\?:\(\[\^\\?\/\]\+\?\)\)(?!\?)|\(\?:\\\/\(\[\^\\?\/\]\+\?\)\)(\??)|\(\.\*\)|\\(.)|./gs;

/** The end of the regular expression of a `use`. */
const END = /(?:\\\/)?\??\(\?=\\\/\|\$\)$/;

/** `^\/t(?:\/([^\/]+?))\/?(?=\/|$)` as `/t/:g`; `undefined` if it has a pattern. */
function respellCompiled(source: string, names: unknown[]): string | undefined {
  if (!source.startsWith('^') || !END.test(source)) return undefined;
  let isPlain = true;
  const spelled = source
    .slice(1)
    .replace(END, '')
    .replace(COMPILED, (text, optional, escaped) => {
      if (text === '(.*)') return `{*rest${String(names.shift())}}`;
      if (escaped !== undefined)
        return escaped === '/' || escaped === '.' ? escaped : `\\${escaped}`;
      if (text.length === 1) {
        isPlain &&= !SPECIAL.test(text) && text !== '*' && text !== '.';
        return text;
      }
      const parameter = `/:${String(names.shift())}`;
      return optional === '?' ? `{${parameter}}` : parameter;
    });
  return isPlain ? spelled || '/' : undefined;
}
