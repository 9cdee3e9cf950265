import pg from 'pg';

/** How long an ended connection may take to close. */
const CLOSE_TIMEOUT_MS = 1000;

/** A parameter that the server reports after log-in (`in_hot_standby`: PostgreSQL 14 and later). */
interface ParameterStatus {
  readonly parameterName: string;
  readonly parameterValue: string;
}

/**
 * A client that accepts only the primary. A standby, which a server may become in a failover, would answer
 * too, but without recent revocations.
 *
 * The socket is destroyed shortly after `end`. Otherwise a half-open connection, whose server never answers,
 * would keep the process alive until the operating system closes it.
 *
 * The client ignores `error` events, because the pool does not listen to a connection in use, and an event
 * without a listener would end the process. The failing statement reports the error to its caller.
 */
export class PostgresClient extends pg.Client {
  #standbyError: Error | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
    this.connection.on('parameterStatus', (status: ParameterStatus) => {
      if (status.parameterName !== 'in_hot_standby' || status.parameterValue !== 'on') return;
      this.#standbyError = new Error('the server is a standby');
      this.connection.stream.destroy(this.#standbyError);
    });
  }

  override connect(): Promise<this>;
  override connect(callback: (error?: Error) => void): void;
  override connect(callback?: (error?: Error) => void): Promise<this> | void {
    // A standby reports itself together with being ready, which the driver takes for connected.
    if (callback !== undefined) {
      return super.connect((error: Error | null) => callback(error ?? this.#standbyError));
    }
    return super.connect().then(() => {
      if (this.#standbyError !== undefined) throw this.#standbyError;
      return this;
    });
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    setTimeout(() => this.connection.stream.destroy(), CLOSE_TIMEOUT_MS).unref();
    return callback === undefined ? super.end() : super.end(callback);
  }
}
