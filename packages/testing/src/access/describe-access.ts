import type { Guard } from '@mandate/core';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { type Answer, readAnswer } from '../answer.js';
import { isInContext, openApp } from '../app/open-app.js';
import type { TestApp } from '../app/test-app.js';
import { Probe } from '../probe.js';
import { getContexts } from '../test-guard.js';
import { type Access, AccessMatrix } from './access-matrix.js';
import { type Identity, type IdentityOptions, toIdentityOptions } from './identity.js';
import { type EndpointSource, listEndpoints } from './listed-endpoint.js';
import { buildSamples, type Sample, type SampleRequest } from './sample-requests.js';

export interface DescribeAccessOptions {
  /** Who asks, by the names of the columns: `{ stranger: null, reader: principal({ scopes: ['READ'] }) }`. */
  readonly identities: Readonly<Record<string, Identity>>;
  /**
   * The guard of the app. With a test guard, identities may be principals, each answer is what the guard decided,
   * and no handler runs. Default: none, so that answers are read from responses.
   */
  readonly guard?: Guard | undefined;
  /**
   * The endpoints to ask: a guard, a map, or the routes from `listRoutes` of the host. Default: the map of `guard`.
   */
  readonly endpoints?: EndpointSource | undefined;
  /**
   * Values for parameters of paths, and for the query parameters and headers by which a group rule finds its group:
   * `{ id: 7, groupid: 'acme' }`. `'*'` stands for the rest of a path. Default `'1'` for each.
   */
  readonly parameters?: Readonly<Record<string, string | number>> | undefined;
  /** The requests to endpoints that need more than parameters, by endpoint. */
  readonly requests?: Readonly<Record<string, SampleRequest>> | undefined;
  /**
   * Whether the handlers of allowed requests run, so that deleting deletes. Default `false`: the test guard ends each
   * request after its decision. Without a test guard, with a URL or a listening server, and with rules at routes,
   * handlers cannot be skipped, so this must be `true`.
   */
  readonly runHandlers?: boolean | undefined;
}

const OPTIONS: OptionNames<DescribeAccessOptions> = {
  identities: true,
  guard: true,
  endpoints: true,
  parameters: true,
  requests: true,
  runHandlers: true,
};

/**
 * Asks each endpoint as each identity, one request after the other, and returns the answers as a table: who may call
 * what. The requests go through the whole app, so a route in front of the guard shows as `unguarded`.
 *
 * @param app a URL, an app of Express, Koa, Hono or Fastify, a server of `node:http`, or `{ fetch }`.
 * @throws TypeError if an option is unknown or invalid, or names an endpoint or a parameter that does not exist.
 * @throws Error if the guard throws instead of deciding. The cause is what was thrown.
 *
 * @example
 * const guard = createTestGuard({ endpoints: { 'GET /documents/:id': { scopes: ['DOCUMENTS'] } } });
 * const matrix = await describeAccess(app, {
 *   guard,
 *   identities: { stranger: null, reader: principal({ scopes: ['DOCUMENTS'] }) },
 * });
 * console.log(matrix.toString());
 */
export async function describeAccess(
  app: TestApp,
  options: DescribeAccessOptions,
): Promise<AccessMatrix> {
  checkOptions<DescribeAccessOptions>('describeAccess', options, OPTIONS);
  const { guard, endpoints = guard, parameters = {}, requests = {} } = options;
  if (endpoints === undefined) {
    throw new TypeError('describeAccess: guard or endpoints must name the endpoints');
  }
  const run = {
    app,
    options,
    samples: buildSamples(listEndpoints(endpoints), { parameters, requests }),
  };
  const columns = new Map<string, readonly Access[]>();
  for (const [name, identity] of listIdentities(app, options)) {
    columns.set(name, await askAs(run, name, identity));
  }
  const identities = [...columns.keys()];
  const rows = run.samples.map(({ endpoint }, i) => ({
    endpoint,
    answers: Object.fromEntries(identities.map((name) => [name, columns.get(name)?.[i] ?? ''])),
  }));
  return new AccessMatrix(identities, rows);
}

type NamedIdentity = readonly [name: string, identity: IdentityOptions];

/** @throws TypeError if an identity is invalid, or handlers would run unasked. */
function listIdentities(app: TestApp, options: DescribeAccessOptions): readonly NamedIdentity[] {
  const { identities, runHandlers = false } = options;
  if (typeof identities !== 'object' || identities === null) {
    throw new TypeError('describeAccess: identities must be an object');
  }
  if (typeof runHandlers !== 'boolean') {
    throw new TypeError('describeAccess: runHandlers must be true or false');
  }
  const named = Object.entries(identities).map(
    ([name, identity]) => [name, toIdentityOptions(name, identity)] as const,
  );
  if (named.length === 0) throw new TypeError('describeAccess: identities must have a member');
  if (canProbe(app, options)) return named;
  if (named.some(([, { principal }]) => principal !== undefined)) {
    throw new TypeError(
      'describeAccess: a principal needs the option guard with a test guard, and an app that is not listening yet',
    );
  }
  if (runHandlers) return named;
  throw new TypeError(
    'describeAccess: without a test guard the handlers of the app run; set runHandlers: true if they may',
  );
}

function canProbe(app: TestApp, { guard }: DescribeAccessOptions): boolean {
  return guard !== undefined && getContexts(guard) !== undefined && isInContext(app);
}

interface Run {
  readonly app: TestApp;
  readonly options: DescribeAccessOptions;
  readonly samples: readonly Sample[];
}

/** The answers to one identity, in the context of a test in which the app sees its principal. */
async function askAs(
  { app, options, samples }: Run,
  name: string,
  identity: IdentityOptions,
): Promise<readonly Access[]> {
  const { guard, runHandlers = false } = options;
  const contexts = guard && canProbe(app, options) ? getContexts(guard) : undefined;
  if (contexts === undefined) return askAll({ app, samples, name, identity, probe: undefined });
  const probe = new Probe(runHandlers);
  const context = { principal: identity.principal, probe };
  return contexts.run(context, () => askAll({ app, samples, name, identity, probe }));
}

interface Column {
  readonly app: TestApp;
  readonly samples: readonly Sample[];
  readonly name: string;
  readonly identity: IdentityOptions;
  readonly probe: Probe | undefined;
}

async function askAll({ app, samples, name, identity, probe }: Column): Promise<readonly Access[]> {
  const { token, headers } = identity;
  const own = { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers };
  const { send, close } = await openApp('describeAccess', app);
  const answers: Access[] = [];
  try {
    for (const { endpoint, request } of samples) {
      probe?.reset();
      const response = await send({ ...request, headers: { ...request.headers, ...own } });
      const answer = await readAnswer(response);
      if (probe?.failure !== undefined) {
        const message = `describeAccess: the guard failed at "${endpoint}" as "${name}"`;
        throw new Error(message, { cause: probe.failure.error });
      }
      answers.push(
        probe === undefined ? toAccess(answer) : (probe.code ?? `unguarded ${answer.status}`),
      );
    }
  } finally {
    await close();
  }
  return answers;
}

function toAccess({ status, code }: Answer): Access {
  return code ?? (status < 400 ? 'allowed' : String(status));
}
