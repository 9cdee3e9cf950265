import { toPath } from '@mandate/core/adapter';

/**
 * The path in the URL of a request, as the text has it: some servers do not normalize the URL, and a handler that
 * parses it reads another path. If the URL has a fragment, which no request target has, the result ends in `#`,
 * so that the guard rejects it.
 *
 * @example
 * toUrlPath('https://api.example.com/docs/1?x=2'); // '/docs/1'
 */
export function toUrlPath(url: string): string {
  const whole = cutOrigin(url);
  const fragment = whole.indexOf('#');
  return fragment === -1 ? toPath(whole) : `${toPath(whole.slice(0, fragment))}#`;
}

/** Nothing if the text is not the URL of a request. A backslash ends an authority too, because the URL parser reads it as a slash. */
function cutOrigin(url: string): string {
  const start = url.startsWith('https://') ? 8 : url.startsWith('http://') ? 7 : url.length + 1;
  for (let i = start; i < url.length; i++) {
    const c = url[i];
    if (c === '/' || c === '\\') return url.slice(i);
    if (c === '?' || c === '#') return `/${url.slice(i)}`;
  }
  return start > url.length ? '' : '/';
}
