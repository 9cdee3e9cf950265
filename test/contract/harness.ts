import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DecisionEvent, Guard } from '@mandate/core';
import { type Case, type Expectation, type Host, type Mounting, STATUS } from './case.js';
import type { Reach } from './hosts/echo.js';
import { createExpress } from './hosts/express.js';
import { createHono } from './hosts/hono.js';
import { createKoa, createNestedKoaRouter } from './hosts/koa.js';
import { createPolicy } from './policy.js';
import { type RawRequest, type RawResponse, readHeader, sendRaw } from './raw-http.js';

type CreateHost = (guard: Guard, mounting: Mounting, reach: Reach) => Server;

/** A running server: one host in one mounting. */
export interface TestServer {
  readonly name: string;
  readonly host: Host;
  readonly mounting: Mounting;
  /** The guard runs only where a route matches; everything else is the host's 404. */
  readonly onlyMatched: boolean;
  /** Sends one request, and tells what came back and what went on inside. */
  send(request: RawRequest): Promise<Exchange>;
  close(): Promise<void>;
}

/** One request and everything that came of it. */
export interface Exchange {
  readonly request: RawRequest;
  readonly response: RawResponse;
  /** The handlers that ran. */
  readonly reached: readonly string[];
  readonly decisions: readonly DecisionEvent[];
}

const SERVERS: readonly (readonly [Host, Mounting, CreateHost, 'only matched'?])[] = [
  ['express', 'root', createExpress],
  ['express', 'mounted', createExpress],
  ['express', 'by-route', createExpress],
  ['koa', 'root', createKoa],
  ['koa', 'mounted', createKoa],
  ['koa', 'mounted', createNestedKoaRouter, 'only matched'],
  ['koa', 'by-route', createKoa],
  ['hono', 'root', createHono],
  ['hono', 'mounted', createHono],
  ['hono', 'by-route', createHono],
];

export function startServers(): Promise<readonly TestServer[]> {
  return Promise.all(
    SERVERS.map(([host, mounting, create, onlyMatched]) =>
      startServer(host, mounting, create, onlyMatched !== undefined),
    ),
  );
}

async function startServer(
  host: Host,
  mounting: Mounting,
  create: CreateHost,
  onlyMatched: boolean,
): Promise<TestServer> {
  const reached: string[] = [];
  const decisions: DecisionEvent[] = [];
  const guard = createPolicy(basePath(mounting), (event) => decisions.push(event));
  const server = create(guard, mounting, (name) => reached.push(name));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    name: `${host} ${mounting}${onlyMatched ? ' (nested router)' : ''}`,
    host,
    mounting,
    onlyMatched,
    async send(request) {
      const response = await sendRaw(port, request);
      return { request, response, reached: reached.splice(0), decisions: decisions.splice(0) };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function basePath(mounting: Mounting): string {
  return mounting === 'mounted' ? '/api' : '';
}

/** The request of a case as it is sent to a server of that mounting. */
export async function toRawRequest(
  { method, target, headers, body }: Case['request'],
  mounting: Mounting,
): Promise<RawRequest> {
  const base = basePath(mounting);
  return {
    method,
    target: target.startsWith('/') ? base + target : target.replace('{base}', base),
    headers: await Promise.all(headers),
    body,
  };
}

/** What the table says that this server answers. */
export function expectationAt(
  { expect, except }: Case,
  { host, mounting }: Pick<TestServer, 'host' | 'mounting'>,
): Expectation {
  return except?.[`${host} ${mounting}`] ?? except?.[host] ?? except?.[mounting] ?? expect;
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

/** The body as far as the table speaks of it. */
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
