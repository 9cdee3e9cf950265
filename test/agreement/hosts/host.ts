import type { Server } from 'node:http';
import type { EndpointMap, EndpointRule, Guard } from '@mandate/core';
import { type Application, type Entry, listEntries, PUBLIC, type Reach } from '../application.js';
import { type PathParameter, parseParameter } from '../path-part.js';

/** What an application is built with. */
export interface World {
  /** Where the files of static servers are. */
  readonly root: string;
  readonly reach: Reach;
  readonly createGuard: (endpoints: EndpointMap) => Guard;
  /** Creates a guard whose tokens act as the users of their groups. */
  readonly createActingGuard: (endpoints: EndpointMap) => Guard;
}

/** An application on a real host. */
export interface Built {
  readonly server: Server;
  /** `checkRoutes` of the host: what it rejects is outside the promise. */
  check(): void | Promise<void>;
}

/** The endpoint map that the application's author wrote. */
export function toEndpoints(app: Application): EndpointMap {
  if (app.style === 'by-route') return {};
  const entries = listEntries(app).flatMap((entry) =>
    (entry.method === 'ALL' ? ['GET', 'POST', 'QUERY'] : [entry.method]).map(
      (method) => [`${method} /${[...app.base, ...entry.path].join('/')}`, toRule(entry)] as const,
    ),
  );
  return Object.fromEntries(entries);
}

function toRule({ scope, group, allowEncodedSlash }: Entry): EndpointRule | 'public' {
  if (scope === PUBLIC) return PUBLIC;
  return {
    scopes: [scope],
    ...(group !== undefined && { group: { path: group } }),
    ...(allowEncodedSlash !== undefined && { allowEncodedSlash }),
  };
}

/** A path as path-to-regexp 8 spells it. */
export function toPattern(path: readonly string[]): string {
  const segments = path.map((segment) => (segment === '*' ? '*rest' : toPatternPart(segment)));
  return `/${segments.join('/')}`;
}

function toPatternPart(segment: string): string {
  const parameter = parseParameter(segment);
  if (parameter === undefined) return escapePattern(segment);
  const { prefix, name, suffix } = parameter;
  return `${escapePattern(prefix)}:"${name}"${escapePattern(suffix)}`;
}

function escapePattern(text: string): string {
  return text.replace(/[()[\]{}*:+?!\\]/g, '\\$&');
}

/** A path as a regular expression, in which a parameter is one segment. */
export function toRegExp(path: readonly string[]): RegExp {
  const segments = path.map((segment) => (segment === '*' ? '(.+)' : toRegExpPart(segment)));
  return new RegExp(`^/${segments.join('/')}$`);
}

function toRegExpPart(segment: string): string {
  const parameter = parseParameter(segment);
  if (parameter === undefined) return escapeRegExp(segment);
  return `${escapeRegExp(parameter.prefix)}([^/]+)${escapeRegExp(parameter.suffix)}`;
}

export function escapeRegExp(text: string): string {
  return text.replace(/[()[\]{}*+?.$^|\\]/g, '\\$&');
}

/**
 * The path of a place with its parameters as the handler sees them; `undefined` if the handler does not
 * see all of them.
 */
export function toSeen(
  path: readonly string[],
  params: Readonly<Record<string, unknown>>,
): readonly string[] | undefined {
  const seen: string[] = [];
  for (const segment of path) {
    const parameter = parseParameter(segment);
    const value = parameter
      ? toText(parameter, params[parameter.name])
      : segment === '*'
        ? params['rest']
        : segment;
    if (Array.isArray(value)) seen.push(...value.map(String));
    else if (value === undefined && segment === '*') continue;
    else if (typeof value !== 'string') return undefined;
    // A downstream reader that joins what it gets to a path.
    else seen.push(...(segment === '*' ? value.split('/') : [value]));
  }
  return seen;
}

/** A segment with the value of its parameter. */
function toText({ prefix, suffix }: PathParameter, value: unknown): unknown {
  return typeof value === 'string' ? prefix + value + suffix : value;
}
