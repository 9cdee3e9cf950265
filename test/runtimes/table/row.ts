import type { Host, Mounting } from '../../contract/case.js';

/** A server of the table in another process. */
export interface Row {
  readonly host: Host;
  readonly mounting: Mounting;
  /** Whether the runtime's own server serves it, instead of `node:http`. */
  readonly isNative: boolean;
}

export const toName = ({ host, mounting, isNative }: Row): string =>
  `${host} ${mounting}${isNative ? ' natively' : ''}`;
