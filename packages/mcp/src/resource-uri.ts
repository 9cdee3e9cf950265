/** A scheme, and the rest without white space, control characters, backslashes, fragments and braces. */
const URI = /^([a-z][a-z0-9+.-]*):([\x21\x22\x24-\x5b\x5d-\x7a\x7c\x7e]+)$/;
const AUTHORITY = /^\/\/[^/?]*/;
/** What `percent-decoding` may not produce: a delimiter of a path, or a character that no path shows. */
const HIDDEN = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * Finds the readings of a resource URI: as it stands, and percent-decoded once or more. All of them must have the
 * same segments, so that no program behind the guard can find another resource than the one that the rule is for.
 *
 * @returns `undefined` if the URI has another spelling that means the same, a dot segment, an empty segment, a
 * fragment, a backslash, or a delimiter that is percent-encoded.
 */
export function parseResourceUri(uri: string): readonly string[] | undefined {
  const [, scheme, rest = ''] = URI.exec(uri) ?? [];
  if (scheme === undefined || !isCanonical(uri)) return undefined;
  const authority = AUTHORITY.exec(rest)?.[0] ?? '';
  if (/[%@]/.test(authority)) return undefined;
  const readings = [uri];
  const own = rest.slice(authority.length);
  for (let text = own; text.includes('%'); ) {
    const decoded = decode(text);
    if (decoded === undefined || HIDDEN.test(decoded)) return undefined;
    if (countDelimiters(decoded) !== countDelimiters(text)) return undefined;
    readings.push(`${scheme}:${authority}${decoded}`);
    text = decoded;
  }
  return readings.every((reading) => hasPlainPath(reading, scheme.length + 1 + authority.length))
    ? readings
    : undefined;
}

/** A parser of URLs must keep the URI as it is. Without a path, it may add a slash. */
function isCanonical(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { href } = new URL(uri);
  return href === uri || href === `${uri}/`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function countDelimiters(text: string): number {
  return text.match(/[/?#]/g)?.length ?? 0;
}

/** @param start where the path starts. */
function hasPlainPath(uri: string, start: number): boolean {
  const [path = ''] = uri.slice(start).split('?');
  const segments = path.replace(/^\//, '').split('/');
  const last = segments.length - 1;
  return segments.every(
    (segment, index) => segment !== '.' && segment !== '..' && (segment !== '' || index === last),
  );
}
