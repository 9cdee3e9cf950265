import type { Client } from 'pg';
import { buildFindStatement, type HashColumn, parseFound } from '../database/find-token.js';
import type { GrantRow } from '../database/token-row.js';

export interface PostgresFinderOptions {
  /** Creates a client that pipelines statements and is not yet connected. */
  readonly connect: () => Client;
  readonly onError: (error: unknown) => void;
}

/**
 * Finds tokens on a dedicated connection, which sends statements without waiting for earlier answers. Taking
 * a connection out of the pool and returning it would cost more than the rest of a look-up, and other work
 * that fills the pool would delay every request.
 *
 * The connection is opened at first use, and again after any error.
 */
export class PostgresFinder {
  readonly #options: PostgresFinderOptions;
  #client: Client | undefined;
  #isClosed = false;

  constructor(options: PostgresFinderOptions) {
    this.#options = options;
  }

  find(column: HashColumn, hash: string): Promise<GrantRow | undefined> {
    const client = this.#client ?? this.#open();
    const { name, text } = FIND[column];
    return client.query<[string]>({ name, text, values: [hash], rowMode: 'array' }).then(
      ({ rows: [row] }) => parseFound(row, hash),
      (error) => {
        this.#retire(client);
        throw error;
      },
    );
  }

  /** Uses a new connection from now on. Statements that were already sent are still answered. */
  renew(): void {
    if (this.#client !== undefined) this.#retire(this.#client);
  }

  close(): void {
    this.#isClosed = true;
    this.renew();
  }

  #open(): Client {
    if (this.#isClosed) throw new Error('the database is closed');
    const client = this.#options.connect();
    this.#client = client;
    const fail = (error: unknown) => {
      if (client === this.#client) this.#options.onError(error);
      this.#retire(client);
    };
    client.on('error', fail);
    client.on('end', () => this.#retire(client));
    client.connect().catch(fail);
    return client;
  }

  #retire(client: Client): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client.end().catch(() => {});
  }
}

/** PostgreSQL plans a named statement once per connection. */
const FIND = {
  hash: { name: 'mandate_find_hash', text: buildStatement('hash') },
  previous_hash: { name: 'mandate_find_previous_hash', text: buildStatement('previous_hash') },
};

function buildStatement(column: HashColumn): string {
  return buildFindStatement(column, 'json_build_array', '$1');
}
