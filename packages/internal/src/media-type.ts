import { trimWhiteSpace } from './trim-white-space.js';

/** A parsed `Content-Type`. */
export interface MediaType {
  /** In lower case: `application/json`. */
  readonly type: string;
  /** The values by their names, which are in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const TYPE = new RegExp(`^${TOKEN}/${TOKEN}`);
/** A parameter is `name=token` or `name="text"`; a backslash would make it two texts to two parsers. */
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(${TOKEN})=(?:(${TOKEN})|"([^"\\\\]*)")`, 'y');

/**
 * Parses the value of a `Content-Type` header (RFC 9110 §8.3.1).
 *
 * @returns `undefined` unless it is exactly one media type, each parameter of which has one value: two
 * parsers would each choose another one.
 *
 * @example
 * parseMediaType('application/json; charset=utf-8')?.type; // 'application/json'
 * parseMediaType('application/json, text/plain'); // undefined
 */
export function parseMediaType(value: string): MediaType | undefined {
  const text = trimWhiteSpace(value);
  const type = TYPE.exec(text)?.[0];
  if (type === undefined) return undefined;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = type.length;
  let end = type.length;
  for (let found = PARAMETER.exec(text); found !== null; found = PARAMETER.exec(text)) {
    const [, name = '', token, quoted] = found;
    if (parameters.has(name.toLowerCase())) return undefined;
    parameters.set(name.toLowerCase(), token ?? quoted ?? '');
    end = PARAMETER.lastIndex;
  }
  return end === text.length ? { type: type.toLowerCase(), parameters } : undefined;
}
