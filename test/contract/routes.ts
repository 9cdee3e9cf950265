import { METHODS } from 'node:http';
import type { AuthRequest, EndpointKey, EndpointMap, EndpointRule, Principal } from '@mandate/core';
import { ODD_ANSWERS } from './odd-answers.js';

/** One route of the API under test: what answers, where, and what it needs. */
export interface Route {
  /** The name that the handler answers. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'QUERY';
  /** As in an endpoint map. */
  readonly path: `/${string}`;
  /** `'unmapped'`: the host has a handler, but there is no rule. */
  readonly rule: EndpointRule | 'public' | 'unmapped';
  /** Rules of single routes cannot say this; the route exists in the mountings with a map only. */
  readonly byMapOnly?: true;
}

/** Node 20.19.0 has no `QUERY`, so the routers of Express and Koa have no such function there. */
export function isKnownMethod(method: string): boolean {
  return method !== 'QUERY' || METHODS.includes(method);
}

/** Literals come before parameters, because some hosts use the first match. */
const ALL_ROUTES: readonly Route[] = [
  route('health', 'GET', '/health', 'public'),
  route('me', 'GET', '/me', { scopes: [] }),
  route('search', 'POST', '/search', { scopes: ['SEARCH'] }),
  route('people', 'POST', '/people', { scopes: { anyOf: ['PEOPLE', 'ENTITIES'] } }),
  route('report', 'GET', '/report', { scopes: ['SEARCH', 'CHAT'] }),
  {
    ...route('export', 'GET', '/export', { scopes: { anyOf: [['EXPORT', 'AUDIT'], 'ROOT'] } }),
    byMapOnly: true,
  },
  route('feed', 'GET', '/feed', { scopes: [], anonymous: true }),
  route('feed-search', 'POST', '/feed', { scopes: ['SEARCH'], anonymous: true }),

  route('news', 'GET', '/news', { scopes: ['SEARCH'], optional: true }),
  route('news-write', 'POST', '/news', { scopes: ['WRITE'], optional: true }),
  route('owned', 'GET', '/owned/:owner', { scopes: [], allowIf: isOwner }),
  route('owned-later', 'POST', '/owned/:owner', {
    scopes: ['SEARCH'],
    allowIf: async (principal, request) => isOwner(principal, request),
  }),
  route('faulty', 'GET', '/faulty-condition', {
    scopes: [],
    allowIf: ({ scopes }) => scopes.includes('REPAIR') as true,
  }),

  route('odd', 'GET', '/odd/:answer', {
    scopes: [],
    allowIf: (_principal, { path }) => answerOddly(path) as true,
  }),

  route('pay', 'POST', '/payments', {
    scopes: ['SEARCH'],
    stepUp: { acrValues: ['phr', 'mfa'], maxAuthAgeSeconds: 300 },
  }),
  route('payments', 'GET', '/payments', { scopes: [], stepUp: { acrValues: ['mfa'] } }),
  route('recent', 'GET', '/recent', { scopes: [], stepUp: { maxAuthAgeSeconds: 300 } }),

  route('docs-admin', 'GET', '/docs/admin', { scopes: ['ADMIN'] }),
  route('draft', 'GET', '/docs/draft@home', { scopes: ['DRAFTS'] }),
  route('doc', 'GET', '/docs/:id', { scopes: ['DOCS'] }),
  route('doc-write', 'PUT', '/docs/:id', { scopes: ['WRITE'] }),
  route('doc-delete', 'DELETE', '/docs/:id', { scopes: ['ADMIN'] }),
  route('doc-pages', 'GET', '/docs/:id/pages', { scopes: ['PAGES'] }),
  route('file-secret', 'GET', '/files/secret', { scopes: ['ADMIN'] }),
  route('team-file', 'GET', '/files/team@home/*', { scopes: ['DRAFTS'] }),
  route('file', 'GET', '/files/*', { scopes: ['FILES'] }),
  route('item', 'GET', '/items/{item-id}', { scopes: ['ITEMS'], allowEncodedSlash: true }),
  route('account-lookup', 'POST', '/accounts:lookUp', { scopes: ['ACCOUNTS'] }),
  route('cancel', 'POST', '/operations/{id}:cancel', { scopes: ['WRITE'] }),
  route('operation', 'POST', '/operations/:id', { scopes: ['SEARCH'] }),
  route('operation-log', 'GET', '/operations/{id}:cancel/log', { scopes: ['AUDIT'] }),
  route('thumbnail', 'GET', '/images/thumbnail.{ext}', { scopes: ['FILES'] }),
  route('image-data', 'GET', '/images/{name}.json', { scopes: ['EXPORT'] }),
  route('image', 'GET', '/images/:id', { scopes: ['ITEMS'] }),
  {
    ...route('team-close', 'POST', '/teams/{team}:close', group({ path: 'team' })),
    byMapOnly: true,
  },
  route('query', 'QUERY', '/search', { scopes: ['SEARCH'] }),
  route('query-by-body', 'QUERY', '/by-body', group({ body: readGroupId })),

  route('preflight', 'OPTIONS', '/preflight', { scopes: ['SEARCH'] }),
  route('forgotten', 'GET', '/forgotten', 'unmapped'),
  route('forgotten-write', 'POST', '/health', 'unmapped'),

  route('admins', 'GET', '/admins', { scopes: [], group: 'admins' }),
  route('visitors', 'GET', '/groups/:groupid/visitors', group({ path: 'groupid' })),
  route('lookup', 'GET', '/lookup', group({ query: 'groupid' })),
  route('by-header', 'GET', '/by-header', group({ header: 'X-Group' })),
  route('by-body', 'POST', '/by-body', group({ body: readGroupId })),
  route('by-all', 'POST', '/groups/:groupid', {
    scopes: ['SEARCH'],
    group: { path: 'groupid', query: 'groupid', header: 'X-Group', body: readGroupId },
  }),
];

export const ROUTES = ALL_ROUTES.filter(({ method }) => isKnownMethod(method));

/** Whether the route serves requests without a token, so that its guard must let them through. */
export function isOptional(route: Route): route is Route & { readonly rule: EndpointRule } {
  return typeof route.rule === 'object' && route.rule.optional === true;
}

function route(
  name: string,
  method: Route['method'],
  path: Route['path'],
  rule: Route['rule'],
): Route {
  return { name, method, path, rule };
}

function group(binding: Exclude<EndpointRule['group'], string | undefined>): EndpointRule {
  return { scopes: [], group: binding };
}

function isOwner({ subject }: Principal, { path }: AuthRequest): true | string {
  return path.endsWith(`/${subject.split('@')[0]}`) || 'the principal does not own it';
}

/** `true` is what a handler needs to be reached at all. */
function answerOddly(path: string): unknown {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'true' || ODD_ANSWERS[name]?.();
}

function readGroupId(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'groupid' in body ? body.groupid : undefined;
}

/** The endpoint map of the API mounted at `base`. */
export function toEndpointMap(base: string): EndpointMap {
  const entries = ROUTES.flatMap(({ method, path, rule }) =>
    rule === 'unmapped' ? [] : [[`${method} ${base}${path}` as EndpointKey, rule] as const],
  );
  return Object.fromEntries(entries);
}

/** How a host's router writes what is below a path. */
export type Wildcard = '*' | '*rest' | '(.*)';

/** A path as Express and Koa write it. */
export function toHostPath(path: Route['path'], wildcard: Wildcard): string {
  return path
    .replace('{item-id}', ':item')
    .replace(/([^/]):/g, '$1\\:')
    .replace(/\{(\w+)\}/g, ':$1')
    .replace('*', wildcard);
}

/** A path as Hono writes it: a segment is a literal or a parameter, which may have a pattern. */
export function toHonoPath(path: Route['path']): string {
  return path
    .replace('{item-id}', ':item')
    .replace(/([^/]*)\{(\w+)\}([^/]*)/g, (_, before: string, name: string, after: string) => {
      const pattern = `${before}[^/]+${after}`.replaceAll('.', '\\.');
      return `:${name}{${pattern}}`;
    });
}

/** A path as Fastify writes it: a colon is doubled, and a parameter before text needs a pattern. */
export function toFastifyPath(path: Route['path']): string {
  return path
    .replace('{item-id}', ':item')
    .replace(/([^/]):/g, '$1::')
    .replace(/\{(\w+)\}(?=[^/])/g, ':$1(^.+)')
    .replace(/\{(\w+)\}/g, ':$1');
}
