import type { Client } from 'pg';
import { type HashColumn, readFound, toFindStatement } from '../database/find-token.js';
import type { GrantRow } from '../database/token-row.js';

export interface PostgresFinderOptions {
  /** Makes a client that is not connected yet, for pipelining. */
  readonly connect: () => Client;
  readonly onError: (error: unknown) => void;
}

/**
 * Finds tokens on a connection of its own, on which statements follow each other without waiting for
 * the answers. To take a connection out of a pool and to give it back costs more than the rest of a
 * look-up, and whatever else fills the pool would hold up every request.
 *
 * The connection is made when it is first needed, and made again after any fault.
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
      ({ rows: [row] }) => readFound(row, hash),
      (error) => {
        this.#retire(client);
        throw error;
      },
    );
  }

  /** Makes a new connection for what is asked from now on; what was asked before is still answered. */
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
    const lose = (error: unknown) => {
      if (client === this.#client) this.#options.onError(error);
      this.#retire(client);
    };
    client.on('error', lose);
    client.on('end', () => this.#retire(client));
    client.connect().catch(lose);
    return client;
  }

  #retire(client: Client): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client.end().catch(() => {});
  }
}

/** Named statements are planned once per connection. */
const FIND = {
  hash: { name: 'mandate_find_hash', text: toStatement('hash') },
  previous_hash: { name: 'mandate_find_previous_hash', text: toStatement('previous_hash') },
};

function toStatement(column: HashColumn): string {
  return toFindStatement(column, 'json_build_array', '$1');
}
