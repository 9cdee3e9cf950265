import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DecisionEvent, Guard } from '@mandate/core';
import {
  byHost,
  type Case,
  type Expectation,
  type Host,
  type Mounting,
  NEST_PLATFORMS,
  NESTED_ROUTER,
  type NestPlatform,
  OLDER_VERSIONS,
  STATUS,
} from './case.js';
import type { Reach } from './hosts/echo.js';
import {
  createExpress,
  createExpress4,
  createStrictExpress,
  createStrictExpress4,
} from './hosts/express.js';
import {
  createBareFastify,
  createFastify,
  createFastifyByConfig,
  createLooseFastify,
} from './hosts/fastify.js';
import { createFetch } from './hosts/fetch.js';
import { createHono, createLooseHono } from './hosts/hono.js';
import {
  createKoa,
  createKoa2,
  createKoa2Router13,
  createKoa2Router14,
  createNestedKoaRouter,
  createStrictKoa,
  createStrictKoa2,
} from './hosts/koa.js';
import {
  createNest,
  createNest11,
  createNest11Fastify,
  createNestFastify,
  createPrefixedNest,
  createPrefixedNest11,
  createPrefixedNestFastify,
  PREFIX,
} from './hosts/nest.js';
import { createPolicy } from './policy.js';
import { type RawRequest, type RawResponse, readHeader, sendRaw } from './raw-http.js';
import { isKnownMethod } from './routes.js';

type CreateHost = (guard: Guard, mounting: Mounting, reach: Reach) => Server | Promise<Server>;

/** A running server: one host in one mounting. */
export interface TestServer {
  readonly name: string;
  readonly host: Host;
  readonly mounting: Mounting;
  /** The path of the API. */
  readonly base: string;
  /** The guard runs only where a route matches; everything else is the host's 404. */
  readonly onlyMatched: boolean;
  /** Sends one request. Returns the response and the handlers that ran. */
  send(request: RawRequest): Promise<Exchange>;
  close(): Promise<void>;
}

/** One request and its results. */
export interface Exchange {
  readonly request: RawRequest;
  readonly response: RawResponse;
  /** The handlers that ran. */
  readonly reached: readonly string[];
  readonly decisions: readonly DecisionEvent[];
}

/** A context of Fastify without a handler for unknown paths. */
const BARE_CONTEXT = 'fastify mounted (no not-found handler)';

type ServerRow = readonly [Host, Mounting, CreateHost, name?: string];

const SERVERS: readonly ServerRow[] = [
  ['express', 'root', createExpress],
  ['express', 'mounted', createExpress],
  ['express', 'by-route', createExpress],
  ['koa', 'root', createKoa],
  ['koa', 'mounted', createKoa],
  ['koa', 'mounted', createNestedKoaRouter, NESTED_ROUTER],
  ['koa', 'by-route', createKoa],
  ['hono', 'root', createHono],
  ['hono', 'mounted', createHono],
  ['hono', 'by-route', createHono],
  ['fastify', 'root', createFastify],
  ['fastify', 'mounted', createFastify],
  ['fastify', 'mounted', createBareFastify, BARE_CONTEXT],
  ['fastify', 'by-route', createFastify],
  ['fastify', 'by-route', createFastifyByConfig, 'fastify by-route (config)'],
  ['nest', 'by-route', createNest, 'nest by-route (express)'],
  ['nest', 'by-route', createNestFastify, 'nest by-route (fastify)'],
  ['nest', 'by-route', createPrefixedNest, 'nest by-route (express, prefix)'],
  ['nest', 'by-route', createPrefixedNestFastify, 'nest by-route (fastify, prefix)'],
  ['fetch', 'root', createFetch],
  ['fetch', 'mounted', createFetch],
];

/** The same on the older versions of hosts that the adapters support. */
const OLDER: readonly ServerRow[] = [
  ['express', 'root', createExpress4, 'express 4 root'],
  ['express', 'mounted', createExpress4, 'express 4 mounted'],
  ['express', 'by-route', createExpress4, 'express 4 by-route'],
  ['koa', 'root', createKoa2, 'koa 2 root'],
  ['koa', 'mounted', createKoa2, 'koa 2 mounted'],
  ['koa', 'by-route', createKoa2, 'koa 2 by-route'],
  ['koa', 'root', createKoa2Router13, 'koa 2 root (router 13)'],
  ['koa', 'by-route', createKoa2Router14, 'koa 2 by-route (router 14)'],
  ['nest', 'by-route', createNest11, 'nest 11 by-route (express)'],
  ['nest', 'by-route', createNest11Fastify, 'nest 11 by-route (fastify)'],
  ['nest', 'by-route', createPrefixedNest11, 'nest 11 by-route (express, prefix)'],
];

/** The same API below routers that compare paths in another way than their host does by default. */
const OTHER_ROUTERS: readonly ServerRow[] = [
  ['express', 'mounted', createStrictExpress, 'express mounted (strict router)'],
  ['express', 'mounted', createStrictExpress4, 'express 4 mounted (strict router)'],
  ['koa', 'mounted', createStrictKoa, 'koa mounted (strict router)'],
  ['koa', 'mounted', createStrictKoa2, 'koa 2 mounted (strict router)'],
  ['hono', 'mounted', createLooseHono, 'hono mounted (loose router)'],
  ['fastify', 'mounted', createLooseFastify, 'fastify mounted (loose router)'],
];

/** One server for each host, of its newest version, and mounting. */
export function startNewestServers(): Promise<readonly TestServer[]> {
  return Promise.all(SERVERS.map(startServer));
}

/** The servers of the table: every version of each host. */
export function startServers(): Promise<readonly TestServer[]> {
  return Promise.all([...SERVERS, ...OLDER].map(startServer));
}

/** The servers of the table, and those with other routers. */
export function startEveryServer(): Promise<readonly TestServer[]> {
  return Promise.all([...SERVERS, ...OLDER, ...OTHER_ROUTERS].map(startServer));
}

async function startServer([host, mounting, create, name]: ServerRow): Promise<TestServer> {
  const reached: string[] = [];
  const decisions: DecisionEvent[] = [];
  const base = basePath(mounting, name);
  const guard = createPolicy(base, (event) => decisions.push(event));
  const server = await create(guard, mounting, (handler) => reached.push(handler));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name: name ?? `${host} ${mounting}`,
    host,
    mounting,
    base,
    onlyMatched: host === 'nest' || name === NESTED_ROUTER || name === BARE_CONTEXT,
    async send(request) {
      const response = await sendRaw(port, request);
      return { request, response, reached: reached.splice(0), decisions: decisions.splice(0) };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Where the API of a server is. */
export function basePath(mounting: Mounting, name?: string): string {
  if (name?.endsWith('prefix)')) return PREFIX;
  return mounting === 'mounted' ? '/api' : '';
}

/** The request of a case as it is sent to a server. */
export async function toRawRequest(
  { method, target, headers, body }: Case['request'],
  { base }: Pick<TestServer, 'base'>,
): Promise<RawRequest> {
  return {
    method,
    target: target.startsWith('/') ? base + target : insertBase(target, base),
    headers: await Promise.all(headers),
    body,
  };
}

function insertBase(target: string, base: string): string {
  return target.replace('{base}', base).replace('{BASE}', base.toUpperCase());
}

/** The answer of this server according to the table. */
export function expectationAt(
  { request, expect, except }: Case,
  { name, host, mounting }: TestServer,
): Expectation {
  if (!isKnownMethod(request.method)) return byHost(400);
  const older = OLDER_VERSIONS.find((version) => name.startsWith(version));
  const version = `${older} ${mounting}` as const;
  const ofVersion = name === version ? except?.[version as `express 4 ${Mounting}`] : undefined;
  const special =
    name === NESTED_ROUTER ? except?.[name] : (ofVersion ?? (older && except?.[older]));
  const platform = findPlatform(name);
  return (
    special ??
    (platform && except?.[`nest on ${platform}`]) ??
    except?.[`${platform ?? host} ${mounting}`] ??
    except?.[platform ?? host] ??
    except?.[mounting] ??
    expect
  );
}

function findPlatform(name: string): NestPlatform | undefined {
  return NEST_PLATFORMS.find((platform) => name.includes(`(${platform}`));
}

/** The expectation and the exchange in the same terms, to be compared. */
export interface Outcome {
  readonly status: number | 'closed';
  readonly reached: readonly string[];
  readonly challenge?: string | undefined;
  readonly body?: unknown;
}

export function toExpectedOutcome(expectation: Expectation, method: string): Outcome {
  const isHead = method === 'HEAD';
  if ('hostStatus' in expectation) return { status: expectation.hostStatus, reached: [] };
  if ('code' in expectation) {
    const { code, challenge } = expectation;
    const body = isHead ? '' : { code, status: STATUS[code] };
    return { status: STATUS[code], reached: [], challenge, body };
  }
  const { handler, identity } = expectation;
  if (identity === undefined || isHead) return { status: 200, reached: [handler] };
  const body = { handler, actors: [], permission: 'USER', ...identity };
  return { status: 200, reached: [handler], body };
}

export function toOutcome({ response, reached }: Exchange, expected: Outcome): Outcome {
  return {
    status: response.status,
    reached,
    ...('challenge' in expected && { challenge: readHeader(response, 'www-authenticate') }),
    ...('body' in expected && { body: readBody(response, expected.body) }),
  };
}

/** The part of the body that the table describes. */
function readBody({ body }: RawResponse, expected: unknown): unknown {
  if (typeof expected !== 'object' || expected === null) return body;
  try {
    const text = Buffer.from(body, 'latin1').toString();
    const found = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]]));
  } catch {
    return body;
  }
}

export function isHostsNotFound({ response, reached, decisions }: Exchange): boolean {
  return response.status === 404 && reached.length === 0 && decisions.length === 0;
}
