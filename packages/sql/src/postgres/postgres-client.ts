import pg from 'pg';

const GOODBYE_MS = 1000;

/** What a server says when a client logs in (PostgreSQL 14 and later). */
interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

/**
 * A client of the primary. A standby, which a server may become in a failover, would answer as well, yet
 * without what was revoked since.
 *
 * It is gone a moment after it was ended. Otherwise a half-open connection, whose server never answers
 * the goodbye, would keep the process alive until the operating system gives up on it.
 *
 * A connection that breaks in the middle of a transaction has nobody else who listens, and would end
 * the process. Whoever uses it is told by the statement that fails.
 */
export class PostgresClient extends pg.Client {
  #refusal: Error | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
    this.connection.on('parameterStatus', (status: ParameterStatus) => {
      if (status.parameterName !== 'in_hot_standby' || status.parameterValue !== 'on') return;
      this.#refusal = new Error('the server is a standby');
      this.connection.stream.destroy(this.#refusal);
    });
  }

  override connect(): Promise<this>;
  override connect(callback: (error?: Error) => void): void;
  override connect(callback?: (error?: Error) => void): Promise<this> | void {
    // With what a standby says of itself comes that it is ready, which counts as connected.
    if (callback !== undefined) {
      return super.connect((error: Error | null) => callback(error ?? this.#refusal));
    }
    return super.connect().then(() => {
      if (this.#refusal !== undefined) throw this.#refusal;
      return this;
    });
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    setTimeout(() => this.connection.stream.destroy(), GOODBYE_MS).unref();
    return callback === undefined ? super.end() : super.end(callback);
  }
}
