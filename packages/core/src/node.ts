import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { AuthErrorStatus } from './auth-error.js';
import type { AuthRequest, Routing } from './auth-request.js';
import { type Denial, STATUS_TITLES } from './denial.js';
import { toPath } from './to-path.js';
import { toQuery } from './to-query.js';

/** The headers of Node's `IncomingMessage`. Substitutes for a message may lack `rawHeaders`. */
export type NodeHeaders = Pick<IncomingMessage, 'headers'> &
  Partial<Pick<IncomingMessage, 'rawHeaders'>>;

const AUTHORIZATION = 'authorization';

/** Other headers of which Node keeps only the first field line, which hides repeats. */
const KEPT_ONCE: ReadonlySet<string> = new Set([
  ...['age', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'location'],
  ...['if-modified-since', 'if-unmodified-since', 'last-modified', 'max-forwards', 'user-agent'],
  ...['proxy-authorization', 'referer', 'retry-after', 'server'],
]);

/**
 * Returns all field lines of that name, joined by `", "`, as {@link AuthRequest.header} requires.
 * @param name in lower case.
 *
 * @example
 * server.on('request', (message) => console.log(getHeader(message, 'x-request-id')));
 */
export function getHeader(message: NodeHeaders, name: string): string | undefined {
  // The application sees `headers` and may have changed them, so `rawHeaders` only adds the repeats.
  const value = message.headers[name];
  if (value === undefined) return undefined;
  if (name === AUTHORIZATION || KEPT_ONCE.has(name)) {
    return joinLines(message, name, 2) ?? String(value);
  }
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * Like {@link getHeader}, but from the wire, even if the application has changed `headers`.
 * @param name in lower case.
 *
 * @example
 * server.on('request', (message) => console.log(getRawHeader(message, 'authorization')));
 */
export function getRawHeader(message: NodeHeaders, name: string): string | undefined {
  return joinLines(message, name, 1);
}

/** Joins the field lines of that name. Returns `undefined` if there are fewer than `atLeast`. */
function joinLines(message: NodeHeaders, name: string, atLeast: number): string | undefined {
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

/** Most clients write `Authorization`, so the first comparison avoids lower-casing that name. */
function isNamed(given: string, name: string): boolean {
  return (given === 'Authorization' && name === AUTHORIZATION) || given.toLowerCase() === name;
}

/** A name or an address, and a port. Nothing in it starts a path, a query or a user name. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/**
 * Returns the host of a request, to build a URL: `localhost` if the request names none, and `undefined`
 * if the name is not a host. In a URL, an unchecked `Host: example.com/admin?` would choose another path
 * than the path that the guard decided about.
 *
 * @example
 * server.on('request', (message, response) => {
 *   if (getHost(message) === undefined) response.writeHead(400).end();
 * });
 */
export function getHost({ headers }: NodeHeaders): string | undefined {
  const host = String(headers[':authority'] ?? headers.host ?? 'localhost');
  return HOST.test(host) && URL.canParse(`http://${host}`) ? host : undefined;
}

/** A message whose `url` a router may have shortened. `originalUrl` then keeps the target from the wire. */
type RoutedMessage = IncomingMessage & { readonly originalUrl?: string };

/**
 * Converts a request of Node's HTTP server, for requests that no framework routes, such as `upgrade` events.
 * The path is that of `url`; an `originalUrl` is only checked. `remoteAddress` is that of the connection, so
 * behind a proxy use `{ ...toAuthRequest(message), remoteAddress }`.
 * @param routing how paths are compared with the endpoint map. Default: case-sensitive and strict.
 *
 * @example
 * server.on('upgrade', async (message, socket) => {
 *   const decision = await guard.decide(toAuthRequest(message));
 *   if (!decision.allowed) rejectUpgrade(socket, decision.denial);
 * });
 */
export function toAuthRequest(message: RoutedMessage, routing?: Routing): AuthRequest {
  const target = message.url ?? '';
  const path = toPath(target);
  return {
    method: message.method ?? 'GET',
    path,
    target: toPath(message.originalUrl ?? target),
    routing,
    remoteAddress: message.socket.remoteAddress,
    header: (name) => getHeader(message, name),
    query: (name) => getQuery(target.slice(path.length), name),
    rawQuery: () => toQuery(target),
    hasBody: () => hasBody(message),
  };
}

/** A message of Node's HTTP/1.1 server or of the compatibility API of its HTTP/2 server. */
type BodyMessage = NodeHeaders &
  Partial<Pick<IncomingMessage, 'destroyed' | 'once' | 'readableEnded' | 'readableFlowing'>> & {
    readonly stream?: { readonly endAfterHeaders?: boolean };
  };

/**
 * Whether a request has a body. Over HTTP/2 no header needs to announce it (RFC 9113 §8.1).
 *
 * @example
 * server.on('upgrade', (message, socket) => {
 *   if (hasBody(message)) socket.destroy();
 * });
 */
export function hasBody({ headers, stream }: BodyMessage): boolean {
  const isAnnounced =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
  return isAnnounced || stream?.endAfterHeaders === false;
}

/**
 * Whether the body, if there is one, was read to its end, so that no parser behind the guard can read it
 * again. Returns a promise while a parser is reading, because formidable passes the form on before the
 * request ends.
 *
 * @example
 * server.on('request', async (message, response) => {
 *   if (!(await isBodyRead(message))) response.writeHead(400).end();
 * });
 */
export function isBodyRead(message: BodyMessage): MaybePromise<boolean> {
  if (message.readableEnded === true || !hasBody(message)) return true;
  if (message.readableFlowing !== true || message.destroyed !== false) return false;
  return new Promise((resolve) => {
    message.once?.('end', () => resolve(true));
    message.once?.('close', () => resolve(false));
  });
}

/**
 * Returns the parsed body of `holder`, or `undefined` unless the body was read to its end before the guard.
 * Returns a promise while a parser is reading.
 * @param holder the object to which body parsers of the host add `body`.
 *
 * @example
 * server.on('request', async (message: IncomingMessage & { body?: unknown }) => {
 *   const body = await getParsedBody(message, message);
 * });
 */
export function getParsedBody(message: BodyMessage, holder: { readonly body?: unknown }): unknown {
  const isRead = isBodyRead(message);
  if (isPromise(isRead)) return isRead.then((ended) => (ended ? holder.body : undefined));
  return isRead ? holder.body : undefined;
}

function getQuery(query: string, name: string): unknown {
  const values = new URLSearchParams(query).getAll(name);
  return values.length > 1 ? values : values[0];
}

/**
 * Answers a rejected `upgrade` request on its raw socket and closes the socket. Call it before anything is
 * written to the socket.
 * @throws TypeError if `renderDenial` returned a header with a control character. The socket is then closed
 * without an answer.
 *
 * @example
 * server.on('upgrade', async (message, socket) => {
 *   const decision = await guard.decide(toAuthRequest(message));
 *   if (!decision.allowed) rejectUpgrade(socket, decision.denial);
 * });
 */
export function rejectUpgrade(socket: Duplex, denial: Denial): void {
  // Without a listener, an error of a closed connection would end the process.
  socket.on('error', () => socket.destroy());
  const headers = { ...denial.headers, connection: 'close', 'content-length': byteLength(denial) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (lines.some((line) => CONTROL.test(line))) {
    socket.destroy();
    throw new TypeError('rejectUpgrade: a header holds a control character');
  }
  // Otherwise a client that keeps its half of the connection open would keep the socket.
  socket.once('finish', () => socket.destroy());
  const statusLine = `HTTP/1.1 ${denial.status} ${STATUS_TITLES[denial.status as AuthErrorStatus] ?? 'Refused'}`;
  socket.end(`${[statusLine, ...lines].join('\r\n')}\r\n\r\n${denial.body}`);
}

/** Characters that would end a header, or the head of the response, too early. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

function byteLength(denial: Denial): string {
  return String(new TextEncoder().encode(denial.body).byteLength);
}
