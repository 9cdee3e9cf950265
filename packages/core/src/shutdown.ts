/** Ending a server without losing requests. */
import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';

/** A server of `node:http`, of `@hono/node-server` or of Fastify. */
export interface ClosableServer {
  close(callback: (error?: Error) => void): unknown;
  closeIdleConnections?(): void;
  closeAllConnections?(): void;
}

/** What has to be ended: a delivery worker. */
export interface Stoppable {
  stop(): Promise<unknown>;
}

/** What has to be closed: a verifier of issued tokens, a database. */
export interface Closable {
  close(): Promise<unknown>;
}

export interface ShutdownOptions {
  /** Accept no more requests, and finish those in flight. */
  readonly servers?: readonly ClosableServer[] | undefined;
  /** Then end, such as the `worker` of `@mandate/exports`. */
  readonly workers?: readonly Stoppable[] | undefined;
  /** Then close, such as `createTokenVerifier` of `@mandate/tokens`, which writes the last times of use. */
  readonly verifiers?: readonly Closable[] | undefined;
  /** Close last, because all others use them. */
  readonly databases?: readonly Closable[] | undefined;
  /**
   * How long each of these four steps may take, in milliseconds. Default 10000. After that, connections of servers
   * are cut, and the next step begins.
   */
  readonly timeoutMs?: number | undefined;
}

const LISTS = ['servers', 'workers', 'verifiers', 'databases'] as const;

/** How often connections are closed that have become idle. */
const IDLE_CHECK_MS = 50;

/**
 * Ends a process in order: servers, workers, verifiers, databases. Requests in flight are answered before what they
 * need is closed. A step that fails or takes too long does not stop the next ones.
 *
 * @throws TypeError if an option is unknown or invalid. Nothing is ended then.
 * @throws AggregateError after all steps, with everything that failed or took too long.
 *
 * @example
 * process.once('SIGTERM', () => shutdown({ servers: [server] }).catch(console.error));
 */
export async function shutdown(options: ShutdownOptions): Promise<void> {
  checkOptions<ShutdownOptions>('shutdown', options, {
    servers: true,
    workers: true,
    verifiers: true,
    databases: true,
    timeoutMs: true,
  });
  const { servers = [], workers = [], verifiers = [], databases = [] } = options;
  for (const name of LISTS) checkList(name, options[name]);
  const { timeoutMs = 10_000 } = options;
  checkNumber('shutdown: timeoutMs', timeoutMs, { min: 0, max: MAX_TIMER_MS });
  const errors: unknown[] = [];
  const run = async (step: string, ends: readonly (() => Promise<unknown>)[]): Promise<void> => {
    const ended = Promise.allSettled(ends.map(async (end) => end())).then((results) => {
      for (const result of results) if (result.status === 'rejected') errors.push(result.reason);
    });
    if (!(await endsWithin(ended, timeoutMs))) {
      errors.push(new Error(`shutdown: the ${step} did not end within ${timeoutMs} ms`));
    }
  };
  await run(
    'servers',
    servers.map((server) => () => closeServer(server)),
  );
  for (const server of servers) server.closeAllConnections?.();
  await run(
    'workers',
    workers.map((worker) => () => worker.stop()),
  );
  await run(
    'verifiers',
    verifiers.map((verifier) => () => verifier.close()),
  );
  await run(
    'databases',
    databases.map((database) => () => database.close()),
  );
  if (errors.length > 0) throw new AggregateError(errors, 'shutdown: not everything ended well');
}

async function endsWithin(ended: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const hasEnded = await Promise.race([ended.then(() => true), timeout]);
  clearTimeout(timer);
  return hasEnded;
}

function checkList(name: (typeof LISTS)[number], list: readonly unknown[] | undefined): void {
  const method = name === 'workers' ? 'stop' : 'close';
  const isValid =
    list === undefined ||
    (Array.isArray(list) &&
      list.every((one) => typeof (one as Record<string, unknown> | null)?.[method] === 'function'));
  if (!isValid) {
    throw new TypeError(`shutdown: ${name} must be a list of objects with a method ${method}`);
  }
}

/** Closes a server. A connection that waits for its next request would keep it open, so idle ones are closed. */
async function closeServer(server: ClosableServer): Promise<void> {
  const timer = setInterval(() => server.closeIdleConnections?.(), IDLE_CHECK_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      const result = server.close((error) => (error === undefined ? resolve() : reject(error)));
      // A server of another kind returns a promise and never calls back.
      if (result instanceof Promise) result.then(() => resolve(), reject);
      server.closeIdleConnections?.();
    });
  } finally {
    clearInterval(timer);
  }
}
