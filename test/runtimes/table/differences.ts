import {
  allowed,
  byHost,
  type Case,
  type Expectation,
  reaches,
  rejected,
} from '../../contract/case.js';
import { expectationAt } from '../../contract/harness.js';
import type { RuntimeServer } from './start-runtime.js';

/** Cases that servers of other runtimes answer in another way than those of Node, by nature. */
interface Difference {
  readonly because: string;
  /** The servers, by name: `hono root natively on Bun`. */
  readonly on: RegExp;
  /** The cases, by name. */
  readonly cases: RegExp;
  /** `'as a URL'`: as a handler of Requests on Node. `'as written'`: without the exceptions of hosts. */
  readonly answer: Expectation | 'as a URL' | 'as written';
}

const DOTS = /^A path that can be read in two ways.*(?:\/\.|%2e)/i;
const ABSOLUTE = /^An absolute-form target (?!in upper case)/;
const UNKNOWN_METHOD =
  /^The HTTP parser rejects the method "(?:get|Get|BREW|GETS|G)"|^(?:query|Query) is not a method/;
const HOST = (what: string) => new RegExp(`^The Host header does not change.*: (?:${what})$`);

const unmapped = rejected('endpoint_unmapped');
const notFound = byHost(404);

const FRAGMENTS = 'the server cuts a fragment off, for the guard and for the handler';
const PARSER = 'the HTTP parser of the runtime rejects other requests than that of Node';
const NO_PREFIX = 'of the Host header the server makes a URL that is not below the prefix';
const NO_TARGET = 'the server has a URL for it that is not one of the API';

export const DIFFERENCES: readonly Difference[] = [
  {
    because: 'Bun makes a slash of a backslash, for the guard and for the handler',
    on: /natively on Bun$/,
    cases: /: \/docs\\\\admin with DOCS/,
    answer: rejected('scope_required', 'ADMIN'),
  },
  {
    because: 'Bun makes a slash of a backslash, for the guard and for the handler',
    on: /natively on Bun$/,
    cases: /: \/docs\/\.\.\\\\admin with DOCS/,
    answer: unmapped,
  },
  ...[
    { cases: /: \/docs\/admin# with DOCS/, answer: rejected('scope_required', 'ADMIN') },
    { cases: /: \/docs\/1#\/\.\.\/admin with DOCS/, answer: allowed('doc') },
    { cases: /: \/docs#\/admin with DOCS/, answer: unmapped },
  ].map((one) => ({
    ...one,
    because: FRAGMENTS,
    on: /^hono \w+ natively|^fetch \w+ natively on workerd$/,
  })),
  {
    because: 'in such a URL the dots are resolved, and its path is not below the prefix',
    on: /^fetch mounted natively/,
    cases: /^A path that can be read in two ways.*: \/\.\.\/docs\/admin/,
    answer: 'as a URL',
  },
  {
    because: 'Deno and workerd do not resolve dots in the URL, so the guard sees them',
    on: /natively on (?:Deno|workerd)$/,
    cases: DOTS,
    answer: 'as written',
  },
  {
    because: 'Bun resolves dots before Hono, which knows no other target',
    on: /^hono \w+ natively on Bun$/,
    cases: DOTS,
    answer: 'as a URL',
  },
  {
    because:
      'the router of Fastify finds no path in the target that Deno passes, and answers itself',
    on: /^fastify root on Deno$/,
    cases: /^An absolute-form target/,
    answer: byHost(400),
  },
  {
    because: 'Bun answers such a target itself',
    on: /^fastify root on Bun$/,
    cases: /^(?:OPTIONS|GET) \* has no path/,
    answer: byHost(400),
  },
  {
    because: 'Hono knows the URL only, and not the target',
    on: /^hono \w+ natively/,
    cases: ABSOLUTE,
    answer: 'as a URL',
  },
  {
    because: 'the server makes the same URL of it as of one in lower case',
    on: /natively on (?:Bun|workerd)$|^hono \w+ natively on Deno$/,
    cases: /^An absolute-form target in upper case/,
    answer: allowed('doc'),
  },
  {
    because: NO_PREFIX,
    on: /^hono mounted natively on Bun$/,
    cases: HOST('a path|a query|a fragment|a user name|a backslash|a space|a letter beyond ASCII'),
    answer: notFound,
  },
  {
    because: NO_PREFIX,
    on: /^hono mounted natively on (?:Deno|workerd)$/,
    cases: HOST('a path'),
    answer: notFound,
  },
  {
    because: NO_PREFIX,
    on: /^fetch mounted natively on (?:Deno|workerd)$/,
    cases: HOST('a path|a query|a fragment|a backslash'),
    answer: notFound,
  },
  {
    because: 'the limit of the server is higher',
    on: /natively on (?:Deno|workerd)$/,
    cases: /^The HTTP parser rejects headers of more than 16 KiB/,
    answer: allowed('me'),
  },
  {
    because: 'Bun takes the trailer for another request, and answers that too',
    on: /natively on Bun$/,
    cases: /^A token in a trailer is ignored/,
    answer: byHost(401),
  },
  {
    because: PARSER,
    on: /natively on Bun$/,
    cases: /^The HTTP parser rejects (?:A space|A tab|A NUL|the method "GET\\u0000")/,
    answer: byHost(505),
  },
  {
    because: 'Bun encodes such characters, for the guard and for the handler',
    on: /natively on Bun$/,
    cases: /^The HTTP parser rejects A (?:letter|byte)/,
    answer: allowed('doc'),
  },
  {
    because: PARSER,
    on: /natively on workerd$/,
    cases: /: \/docs\/(?:<a>|`a`) with DOCS/,
    answer: byHost(400),
  },
  {
    because: 'workerd reads the chunks and ignores the length (RFC 9112 §6.3)',
    on: /natively on workerd$/,
    cases: /^The HTTP parser rejects a body that could end in two places: a length and chunks/,
    answer: allowed('search'),
  },
  {
    because: 'workerd hides an upgrade to nothing, and answers a plain request',
    on: /natively on workerd$/,
    cases: /^Hostile page: an upgrade to "" from /,
    answer: reaches('me'),
  },
  { because: PARSER, on: /natively on Bun$/, cases: UNKNOWN_METHOD, answer: byHost('closed') },
  {
    because: 'Deno hands over every method, and no map names these',
    on: /natively on Deno$/,
    cases: UNKNOWN_METHOD,
    answer: unmapped,
  },
  {
    because: PARSER,
    on: /natively on workerd$/,
    cases: new RegExp(`${UNKNOWN_METHOD.source}|^(?:LINK|M-SEARCH), which no map can name`),
    answer: byHost(501),
  },
  {
    because: 'workerd answers CONNECT itself',
    on: /natively on workerd$/,
    cases: /^The connection of a CONNECT request/,
    answer: byHost(500),
  },
  {
    because: NO_TARGET,
    on: /mounted natively on (?:Bun|Deno)$/,
    cases: /^The connection of a CONNECT request/,
    answer: notFound,
  },
  {
    because: NO_TARGET,
    on: /^hono root natively on (?:Bun|Deno)$|^fetch root natively on Bun$/,
    cases: /^The connection of a CONNECT request/,
    answer: rejected('path_ambiguous'),
  },
  {
    because: NO_TARGET,
    on: /^fetch root natively on Deno$/,
    cases: /^The connection of a CONNECT request/,
    answer: unmapped,
  },
  {
    because: 'the HTTP server of Bun answers it itself',
    on: /^(?:express|koa) root on Bun$/,
    cases: /^(?:OPTIONS|GET) \* has no path/,
    answer: byHost(400),
  },
  {
    because: NO_TARGET,
    on: /^fetch root natively on (?:Deno|workerd)$|^hono root natively on Deno$/,
    cases: /^OPTIONS \* has no path/,
    answer: unmapped,
  },
  {
    because: NO_TARGET,
    on: /mounted natively on (?:Deno|workerd)$/,
    cases: /^OPTIONS \* has no path/,
    answer: notFound,
  },
  {
    because: NO_TARGET,
    on: /^fetch root natively on workerd$/,
    cases: /^GET \* has no path/,
    answer: unmapped,
  },
  {
    because: NO_TARGET,
    on: /mounted natively on workerd$/,
    cases: /^GET \* has no path/,
    answer: notFound,
  },
];

/** What differs between a server and Node's for a case; the first that applies. */
export function findDifference(one: Case, server: RuntimeServer): Difference | undefined {
  return DIFFERENCES.find(({ on, cases }) => on.test(server.name) && cases.test(one.name));
}

/** The answer of a server of another runtime. */
export function expectationOn(one: Case, server: RuntimeServer): Expectation {
  const answer = findDifference(one, server)?.answer;
  if (answer === undefined) return expectationAt(one, server);
  if (answer === 'as written') return one.expect;
  return answer === 'as a URL' ? expectationAt(one, { ...server, host: 'fetch' }) : answer;
}
