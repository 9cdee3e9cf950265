import type { Routing } from '@mandate/core';
import type { FastifyInstance } from 'fastify';

/** The options of Fastify's router that change which route answers a path. */
export interface RouterOptions {
  readonly caseSensitive: boolean;
  readonly ignoreTrailingSlash: boolean;
  readonly ignoreDuplicateSlashes: boolean;
  /** Whether a semicolon starts the query, as a question mark does. */
  readonly useSemicolonDelimiter: boolean;
  /** The most characters of a parameter, decoded. A route does not match a longer one. */
  readonly maxParamLength: number;
}

const DEFAULT_LENGTH = 100;

type Given = Partial<RouterOptions>;

/** Gets the options of the router. Before Fastify 5.5, they are options of the application. */
export function getRouterOptions({ initialConfig }: FastifyInstance): RouterOptions {
  const { routerOptions = {} } = initialConfig as { readonly routerOptions?: Given };
  const given = initialConfig as Given;
  const isOn = (name: 'ignoreTrailingSlash' | 'ignoreDuplicateSlashes' | 'useSemicolonDelimiter') =>
    given[name] === true || routerOptions[name] === true;
  return {
    caseSensitive: given.caseSensitive !== false && routerOptions.caseSensitive !== false,
    ignoreTrailingSlash: isOn('ignoreTrailingSlash'),
    ignoreDuplicateSlashes: isOn('ignoreDuplicateSlashes'),
    useSemicolonDelimiter: isOn('useSemicolonDelimiter'),
    // One of the two places has the default if the other one was given.
    maxParamLength:
      [routerOptions.maxParamLength, given.maxParamLength].find(
        (length) => length !== undefined && length !== DEFAULT_LENGTH,
      ) ?? DEFAULT_LENGTH,
  };
}

/** How the router compares paths. */
export function toRouting({ caseSensitive, ignoreTrailingSlash }: RouterOptions): Routing {
  return { caseSensitive, strict: !ignoreTrailingSlash };
}
