import type { ConnectSqlite, SqliteConnection, SqliteStatement } from './sqlite-connection.js';

type Value = string | number | bigint | Uint8Array | null;
type Parameters = readonly Value[] | readonly [Readonly<Record<string, Value>>];

interface NodeStatement {
  columns(): readonly unknown[];
  get(...parameters: Parameters): unknown;
  all(...parameters: Parameters): unknown[];
  iterate(...parameters: Parameters): IterableIterator<unknown>;
  run(...parameters: Parameters): ReturnType<SqliteStatement['run']>;
  setReturnArrays(isRaw: boolean): void;
}

interface NodeDatabase {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  prepare(sql: string): NodeStatement;
  close(): void;
}

/** The parts of `node:sqlite` that are used here. Its types come with Node 22, and these packages also run on 20. */
interface NodeSqlite {
  readonly DatabaseSync: new (file: string, options: object) => NodeDatabase;
  readonly StatementSync: { readonly prototype: object };
}

/** Finds `node:sqlite`; `undefined` on a runtime without it, or with an early form that cannot return lists. */
export function findNodeSqlite(): ConnectSqlite | undefined {
  const sqlite = process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined;
  if (sqlite === undefined || !('setReturnArrays' in sqlite.StatementSync.prototype))
    return undefined;
  return (file) => new Connection(new sqlite.DatabaseSync(file, { timeout: 0 }));
}

class Connection implements SqliteConnection {
  readonly #database: NodeDatabase;

  constructor(database: NodeDatabase) {
    this.#database = database;
  }

  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  prepare(sql: string): SqliteStatement {
    const statement = withCode(() => this.#database.prepare(sql));
    return new Statement(statement, NUMBERED.test(sql));
  }

  /** Prepared, because Deno numbers only the errors of prepared statements, and a lock is known by its number. */
  exec(sql: string): void {
    this.prepare(sql).all([]);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** The spelling of PostgreSQL, which rate-limiter-flexible uses. To SQLite `$1` is a name. */
const NUMBERED = /\$1\b/;

class Statement implements SqliteStatement {
  readonly #statement: NodeStatement;
  readonly #isNumbered: boolean;

  constructor(statement: NodeStatement, isNumbered: boolean) {
    this.#statement = statement;
    this.#isNumbered = isNumbered;
  }

  get reader(): boolean {
    return this.#statement.columns().length > 0;
  }

  get(parameters: readonly Value[]): unknown {
    return withCode(() => this.#statement.get(...this.#bind(parameters)));
  }

  all(parameters: readonly Value[]): unknown[] {
    return withCode(() => this.#statement.all(...this.#bind(parameters)));
  }

  iterate(parameters: readonly Value[]): IterableIterator<unknown> {
    return withCode(() => this.#statement.iterate(...this.#bind(parameters)));
  }

  run(parameters: readonly Value[]): ReturnType<SqliteStatement['run']> {
    return withCode(() => this.#statement.run(...this.#bind(parameters)));
  }

  #bind(parameters: readonly Value[]): Parameters {
    if (!this.#isNumbered) return parameters;
    return [Object.fromEntries(parameters.map((value, i) => [`$${i + 1}`, value]))];
  }

  raw(isRaw: true): this {
    this.#statement.setReturnArrays(isRaw);
    return this;
  }
}

/** The primary result codes that callers tell apart (https://sqlite.org/rescode.html). */
const NAMES: Readonly<Record<number, string>> = {
  5: 'BUSY',
  6: 'LOCKED',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  19: 'CONSTRAINT',
  26: 'NOTADB',
};

/** Names errors as other drivers do: `SQLITE_BUSY` instead of `ERR_SQLITE_ERROR` with the number 5. */
function withCode<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { errcode } = error as { readonly errcode?: unknown };
    // The lowest byte is the primary code; the others say more.
    const name = typeof errcode === 'number' ? (NAMES[errcode & 0xff] ?? 'ERROR') : undefined;
    if (name !== undefined) Object.assign(error as object, { code: `SQLITE_${name}` });
    throw error;
  }
}
