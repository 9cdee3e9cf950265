import pg from 'pg';

const GOODBYE_MS = 1000;

/**
 * A client that is gone a moment after it was ended. Otherwise a half-open connection, whose server
 * never answers the goodbye, would keep the process alive until the operating system gives up on it.
 *
 * A connection that breaks in the middle of a transaction has nobody else who listens, and would end
 * the process. Whoever uses it is told by the statement that fails.
 */
export class PostgresClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    setTimeout(() => this.connection.stream.destroy(), GOODBYE_MS).unref();
    return callback === undefined ? super.end() : super.end(callback);
  }
}
