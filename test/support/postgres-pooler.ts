import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A session at the server, and who has it now. */
interface Session {
  readonly socket: Socket;
  borrower: Socket | undefined;
}

const READY = 'Z';
const NO_TRANSACTION = 'I';
const TERMINATE = 'X';
/** What ends a batch, to which the server answers that it is ready again. */
const ENDS = ['Q', 'S'];

/**
 * A pooler that lends a session for one transaction after the other, as PgBouncer does with
 * `pool_mode = transaction`: the one that was given back last goes first, nothing in it is reset, and messages
 * of a session that no client has are dropped. Each client logs in at the server, in a session that all clients
 * then share.
 * @returns a connection string to it.
 */
export async function startPostgresPooler(connectionString: string): Promise<string> {
  const url = new URL(connectionString);
  const { hostname, port } = url;
  const pool = new Pool();
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const session: Session = { socket: connect(Number(port), hostname), borrower: client };
    for (const socket of [client, session.socket]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    serve(client, session, pool);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  url.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return url.href;
}

class Pool {
  readonly #free: Session[] = [];
  readonly #waiting: ((session: Session) => void)[] = [];

  give(session: Session): void {
    session.borrower = undefined;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(session);
    else next(session);
  }

  take(use: (session: Session) => void): void {
    const session = this.#free.pop();
    if (session === undefined) this.#waiting.push(use);
    else use(session);
  }
}

function serve(client: Socket, first: Session, pool: Pool): void {
  let isLoggedIn = false;
  const hear = readMessages((message, kind) => {
    first.borrower?.write(message);
    if (kind !== READY || message.toString('latin1').at(-1) !== NO_TRANSACTION) return;
    isLoggedIn = true;
    pool.give(first);
  });
  first.socket.on('data', hear);
  let batch: Buffer[] = [];
  let lent: Session | undefined;
  const say = readMessages((message, kind) => {
    if (kind === TERMINATE) return;
    batch.push(message);
    if (!ENDS.includes(kind)) return;
    const all = Buffer.concat(batch);
    batch = [];
    const send = (session: Session) => {
      lent = session;
      session.borrower = client;
      session.socket.write(all);
    };
    if (lent?.borrower === client) send(lent);
    else pool.take(send);
  });
  client.on('data', (chunk) => (isLoggedIn ? say(chunk) : first.socket.write(chunk)));
}

/** Cuts what is sent into messages: a letter, a length and that many bytes. */
function readMessages(take: (message: Buffer, kind: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const end = 1 + rest.readInt32BE(1);
      const message = rest.subarray(0, end);
      rest = rest.subarray(end);
      take(message, String.fromCharCode(message[0] ?? 0));
    }
  };
}
