import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AuthRequest, Routing } from './auth-request.js';
import { type Denial, REASONS } from './denial.js';
import { readPath } from './read-path.js';

/** What adapters read of Node's `IncomingMessage`; what stands in for one may lack `rawHeaders`. */
export type NodeHeaders = Pick<IncomingMessage, 'headers'> &
  Partial<Pick<IncomingMessage, 'rawHeaders'>>;

/** The header of which Node keeps the first field line only, hiding that it was repeated. */
const AUTHORIZATION = 'authorization';

/**
 * Every field line of that name joined by `", "`, as {@link AuthRequest.header} wants it.
 * @param name in lower case.
 */
export function readHeader(message: NodeHeaders, name: string): string | undefined {
  // `headers` is what the application sees and may have changed; `rawHeaders` only adds the repeats.
  const value = message.headers[name];
  if (name === AUTHORIZATION && value !== undefined) {
    return readRepeated(message.rawHeaders ?? []) ?? String(value);
  }
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The `Authorization` field lines joined, if there are several; `undefined` otherwise. */
function readRepeated(rawHeaders: readonly string[]): string | undefined {
  let count = 0;
  let joined = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length !== AUTHORIZATION.length || !isAuthorization(name)) continue;
    joined = count === 0 ? `${rawHeaders[i + 1]}` : `${joined}, ${rawHeaders[i + 1]}`;
    count++;
  }
  return count > 1 ? joined : undefined;
}

/** Most clients spell it in the first way, for which nothing has to be put in lower case. */
function isAuthorization(name: string): boolean {
  return name === 'Authorization' || name.toLowerCase() === AUTHORIZATION;
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

/**
 * A request of Node's own HTTP server, for what no framework routes: above all `upgrade` events. Its
 * `remoteAddress` is the peer's; behind a proxy of yours, say `{ ...toAuthRequest(message), remoteAddress }`.
 * @param routing how paths are compared with the endpoint map. Default: case-sensitive and strict.
 */
export function toAuthRequest(message: IncomingMessage, routing?: Routing): AuthRequest {
  const target = message.url ?? '';
  const path = readPath(target);
  return {
    method: message.method ?? 'GET',
    path,
    routing,
    remoteAddress: message.socket.remoteAddress,
    header: (name) => readHeader(message, name),
    query: (name) => readQuery(target.slice(path.length), name),
  };
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
  const statusLine = `HTTP/1.1 ${denial.status} ${REASONS[denial.status] ?? 'Refused'}`;
  socket.end(`${[statusLine, ...lines].join('\r\n')}\r\n\r\n${denial.body}`);
}

/** What would end a header, or the response's head, before its time. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

function byteLength(denial: Denial): string {
  return String(new TextEncoder().encode(denial.body).byteLength);
}
