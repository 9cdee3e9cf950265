/**
 * | code | meaning |
 * |---|---|
 * | `address_refused` | the URL, or an address that its name resolves to, is not allowed: nothing was sent |
 * | `unreachable` | no connection, an invalid certificate, or an invalid response |
 * | `proxy_failed` | the proxy does not answer, or refuses the connection: nothing was sent |
 * | `timed_out` | the response was not complete in time |
 * | `too_large` | the response body is larger than allowed |
 */
export type FetchFailureCode =
  | 'address_refused'
  | 'unreachable'
  | 'proxy_failed'
  | 'timed_out'
  | 'too_large';

/** Why there is no response. It holds no URL, header or body, because those may hold secrets. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure';
  readonly code: FetchFailureCode;
  /** `false` if the server certainly never saw the request. */
  readonly mayHaveArrived: boolean;
  /** The status of the response, if it got that far. */
  readonly status: number | undefined;

  constructor(code: FetchFailureCode, mayHaveArrived: boolean, status?: number) {
    super(code.replace('_', ' '));
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
    this.status = status;
  }
}
