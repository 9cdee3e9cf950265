import { lookup as systemLookup } from 'node:dns';
import { type AgentOptions, type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as startTls } from 'node:tls';
import { connectToFirst } from './connect-to-first.js';
import { FetchFailure } from './fetch-failure.js';
import { openTunnel, type Tunnel } from './open-tunnel.js';
import type { ProxyAddress } from './parse-proxy.js';
import { isLoopbackAddress } from './public-address.js';
import { type LookupAll, resolveAddresses } from './resolve-addresses.js';

/** Which addresses an agent connects to, and how. */
export interface GuardedAgentOptions {
  /** Whether a host may be connected to at an address. */
  readonly isAllowed: (host: string, address: string) => boolean;
  readonly isEncrypted: boolean;
  readonly keepAlive: boolean;
  /** For the name, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  readonly lookup: LookupAll | undefined;
  /** Opens the connections to all hosts but this machine. */
  readonly proxy?: ProxyAddress | undefined;
}

/**
 * The end of every host name that a request gives to an agent. RFC 6761 §6.4 guarantees that such a name
 * never resolves. On a runtime that replaces `node:http` and ignores `createConnection`, a request
 * therefore fails before anything is sent, instead of going to an address that was not checked.
 */
export const UNRESOLVABLE = '.invalid';

/** An idle connection is closed after this time, which is shorter than the 5 s of most servers. */
const IDLE_MS = 4000;

type Done = (error: Error | null, socket: Duplex) => void;
/** The declarations of Node demand a socket beside an error. */
const NO_SOCKET = undefined as unknown as Duplex;

type Connect = (options: ClientRequestArgs, done: Done) => void;

/**
 * Makes an agent that resolves the name, checks every address, and connects to a checked address by
 * its number. The runtime itself resolves nothing, so it cannot resolve the name differently.
 */
export function createGuardedAgent(options: GuardedAgentOptions): HttpAgent {
  const { keepAlive } = options;
  const open: Connect = (asked, done) => {
    openConnection(asked, options).then(
      (socket) => done(null, socket),
      (error: unknown) =>
        done(
          error instanceof FetchFailure ? error : new FetchFailure('unreachable', false),
          NO_SOCKET,
        ),
    );
  };
  const agentOptions = { keepAlive, timeout: IDLE_MS };
  return options.isEncrypted
    ? new HttpsGuard(agentOptions, open)
    : new HttpGuard(agentOptions, open);
}

class HttpGuard extends HttpAgent {
  readonly #connect: Connect;

  constructor(options: AgentOptions, connect: Connect) {
    super(options);
    this.#connect = connect;
  }

  override createConnection(options: ClientRequestArgs, done?: Done): undefined {
    if (done !== undefined) this.#connect(options, done);
  }
}

class HttpsGuard extends HttpsAgent {
  readonly #connect: Connect;

  constructor(options: AgentOptions, connect: Connect) {
    super(options);
    this.#connect = connect;
  }

  override createConnection(options: ClientRequestArgs, done?: Done): undefined {
    if (done !== undefined) this.#connect(options, done);
  }
}

async function openConnection(
  { host, port }: ClientRequestArgs,
  options: GuardedAgentOptions,
): Promise<Socket> {
  const { isEncrypted, connectTimeoutMs, proxy, lookup = systemLookup } = options;
  if (!host?.endsWith(UNRESOLVABLE)) throw new FetchFailure('address_refused', false);
  const name = host.slice(0, -UNRESOLVABLE.length);
  const deadline = AbortSignal.timeout(connectTimeoutMs);
  const target = { host: name, port: Number(port), lookup };
  const isProxied = proxy !== undefined && isEncrypted && !isThisMachine(name);
  const socket = isProxied
    ? await openProxied({ ...target, proxy }, options.isAllowed, deadline)
    : await openDirect(target, options.isAllowed, deadline);
  return isEncrypted ? encrypt(socket, name, deadline) : socket;
}

type IsAllowed = GuardedAgentOptions['isAllowed'];

async function openDirect(
  { host, port, lookup }: { host: string; port: number; lookup: LookupAll },
  isAllowed: IsAllowed,
  deadline: AbortSignal,
): Promise<Socket> {
  const addresses = await before(deadline, resolveAddresses(host, lookup, isAllowed));
  const socket = await connectToFirst(addresses, port, deadline);
  // The last word: where this connection really leads.
  if (isAllowed(host, socket.remoteAddress ?? '')) return socket;
  socket.destroy();
  throw new FetchFailure('address_refused', false);
}

/** Only an address in the URL can be checked here, because the proxy resolves names. */
async function openProxied(
  tunnel: Tunnel,
  isAllowed: IsAllowed,
  deadline: AbortSignal,
): Promise<Socket> {
  const { host } = tunnel;
  if (isIP(host) !== 0 && !isAllowed(host, host)) throw new FetchFailure('address_refused', false);
  const opening = openTunnel(tunnel, deadline);
  return before(deadline, opening).catch(() => {
    throw new FetchFailure('proxy_failed', false);
  });
}

/** To a proxy, these names would mean the proxy's machine (RFC 6761 §6.3). */
function isThisMachine(host: string): boolean {
  return /^(?:.+\.)?localhost\.?$/.test(host) || isLoopbackAddress(host);
}

/** Verifies the certificate against the name, even if the environment disables verification. */
function encrypt(socket: Socket, name: string, deadline: AbortSignal): Promise<Socket> {
  const host = name.replace(/\.$/, '');
  // RFC 6066 §3: an IP address is never sent as a server name.
  const servername = isIP(host) === 0 ? host : '';
  const encrypted = startTls({
    socket,
    host,
    servername,
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
  });
  const secured = new Promise<Socket>((resolve, reject) => {
    encrypted.once('secureConnect', () => resolve(encrypted));
    encrypted.once('error', reject);
    encrypted.once('close', reject);
  });
  return before(deadline, secured).catch((error: unknown) => {
    encrypted.destroy();
    throw error;
  });
}

/** The result of `work`, or a failure once the deadline has passed. */
function before<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new FetchFailure('unreachable', false));
    if (deadline.aborted) return giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => deadline.removeEventListener('abort', giveUp));
  });
}
