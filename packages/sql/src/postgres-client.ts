import pg from 'pg';

const GOODBYE_MS = 1000;

/**
 * A client that is gone a moment after it was ended. Otherwise a half-open connection, whose server
 * never answers the goodbye, would keep the process alive until the operating system gives up on it.
 */
export class PostgresClient extends pg.Client {
  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    setTimeout(() => this.connection.stream.destroy(), GOODBYE_MS).unref();
    return callback === undefined ? super.end() : super.end(callback);
  }
}
