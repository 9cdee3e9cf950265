import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { AuthErrorStatus } from './auth-error.js';
import type { AuthRequest, Routing } from './auth-request.js';
import { type Denial, REASONS } from './denial.js';
import { readPath } from './read-path.js';

/** What adapters read of Node's `IncomingMessage`; what stands in for one may lack `rawHeaders`. */
export type NodeHeaders = Pick<IncomingMessage, 'headers'> &
  Partial<Pick<IncomingMessage, 'rawHeaders'>>;

const AUTHORIZATION = 'authorization';

/** Other headers of which Node keeps the first field line only, hiding that they were repeated. */
const KEPT_ONCE: ReadonlySet<string> = new Set([
  ...['age', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'location'],
  ...['if-modified-since', 'if-unmodified-since', 'last-modified', 'max-forwards', 'user-agent'],
  ...['proxy-authorization', 'referer', 'retry-after', 'server'],
]);

/**
 * Every field line of that name joined by `", "`, as {@link AuthRequest.header} wants it.
 * @param name in lower case.
 */
export function readHeader(message: NodeHeaders, name: string): string | undefined {
  // `headers` is what the application sees and may have changed; `rawHeaders` only adds the repeats.
  const value = message.headers[name];
  if (value === undefined) return undefined;
  if (name === AUTHORIZATION || KEPT_ONCE.has(name)) {
    return readLines(message, name, 2) ?? String(value);
  }
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * The same as it came over the wire, whatever somebody made of `headers`.
 * @param name in lower case.
 */
export function readRawHeader(message: NodeHeaders, name: string): string | undefined {
  return readLines(message, name, 1);
}

/** The field lines of that name joined; `undefined` if there are fewer than that. */
function readLines(message: NodeHeaders, name: string, atLeast: number): string | undefined {
  const { rawHeaders = [] } = message;
  let count = 0;
  let joined = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const given = rawHeaders[i];
    if (given?.length !== name.length || !isNamed(given, name)) continue;
    joined = count === 0 ? `${rawHeaders[i + 1]}` : `${joined}, ${rawHeaders[i + 1]}`;
    count++;
  }
  return count >= atLeast ? joined : undefined;
}

/** Most clients spell `Authorization` in the first way, for which nothing is put in lower case. */
function isNamed(given: string, name: string): boolean {
  return (given === 'Authorization' && name === AUTHORIZATION) || given.toLowerCase() === name;
}

/** A name or an address, and a port: nothing that would begin a path, a query or a user's name. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/**
 * The host that a request names, for making a URL of it: `localhost` if it names none, and `undefined`
 * if what it names is no host. Pasted into a URL as it came, `Host: example.com/admin?` would choose
 * another path than the one that was judged.
 */
export function readHost({ headers }: NodeHeaders): string | undefined {
  const host = String(headers[':authority'] ?? headers.host ?? 'localhost');
  return HOST.test(host) && URL.canParse(`http://${host}`) ? host : undefined;
}

/** A message whose `url` a router may have shortened. It keeps what came over the wire in `originalUrl`. */
type RoutedMessage = IncomingMessage & { readonly originalUrl?: string };

/**
 * A request of Node's own HTTP server, for what no framework routes: above all `upgrade` events. The path is
 * that of `url`; an `originalUrl` is only checked. Its
 * `remoteAddress` is the peer's; behind a proxy of yours, say `{ ...toAuthRequest(message), remoteAddress }`.
 * @param routing how paths are compared with the endpoint map. Default: case-sensitive and strict.
 */
export function toAuthRequest(message: RoutedMessage, routing?: Routing): AuthRequest {
  const target = message.url ?? '';
  const path = readPath(target);
  return {
    method: message.method ?? 'GET',
    path,
    target: readPath(message.originalUrl ?? target),
    routing,
    remoteAddress: message.socket.remoteAddress,
    header: (name) => readHeader(message, name),
    query: (name) => readQuery(target.slice(path.length), name),
    hasBody: () => hasBody(message),
  };
}

/** A message of Node's HTTP/1.1 server or of the compatibility API of its HTTP/2 server. */
type BodyMessage = NodeHeaders &
  Partial<Pick<IncomingMessage, 'destroyed' | 'once' | 'readableEnded' | 'readableFlowing'>> & {
    readonly stream?: { readonly endAfterHeaders?: boolean };
  };

/** Whether a request has a body. Over HTTP/2 no header needs to announce it (RFC 9113 §8.1). */
export function hasBody({ headers, stream }: BodyMessage): boolean {
  const isAnnounced =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
  return isAnnounced || stream?.endAfterHeaders === false;
}

/**
 * Whether the body, if there is one, was read to its end, so that no parser behind the guard can read it
 * again. A promise while a parser is reading: formidable hands the form on before the request has ended.
 */
export function isBodyRead(message: BodyMessage): MaybePromise<boolean> {
  if (message.readableEnded === true || !hasBody(message)) return true;
  if (message.readableFlowing !== true || message.destroyed !== false) return false;
  return new Promise((resolve) => {
    message.once?.('end', () => resolve(true));
    message.once?.('close', () => resolve(false));
  });
}

function readQuery(query: string, name: string): unknown {
  const values = new URLSearchParams(query).getAll(name);
  return values.length > 1 ? values : values[0];
}

/**
 * Answers a refused `upgrade` request on its raw socket and closes it. The socket must not have been
 * written to.
 * @throws TypeError if a header that `renderDenial` made cannot stand in a response; the socket is
 * closed then as well.
 */
export function rejectUpgrade(socket: Duplex, denial: Denial): void {
  // Without a listener a peer that has gone already would bring the process down.
  socket.on('error', () => socket.destroy());
  const headers = { ...denial.headers, connection: 'close', 'content-length': byteLength(denial) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (lines.some((line) => CONTROL.test(line))) {
    socket.destroy();
    throw new TypeError('rejectUpgrade: a header holds a control character');
  }
  // The server leaves its half open when the peer's is closed: a peer that stays would keep it.
  socket.once('finish', () => socket.destroy());
  const statusLine = `HTTP/1.1 ${denial.status} ${REASONS[denial.status as AuthErrorStatus] ?? 'Refused'}`;
  socket.end(`${[statusLine, ...lines].join('\r\n')}\r\n\r\n${denial.body}`);
}

/** What would end a header, or the response's head, before its time. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

function byteLength(denial: Denial): string {
  return String(new TextEncoder().encode(denial.body).byteLength);
}
