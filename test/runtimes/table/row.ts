import type { Host as AnyHost, Mounting } from '../../contract/case.js';

/** The hosts that are tried on every runtime. Nest runs on two of them. */
export type Host = Exclude<AnyHost, 'nest'>;

/** A server of the table in another process. */
export interface Row {
  readonly host: Host;
  readonly mounting: Mounting;
  /** Whether the runtime's own server serves it, instead of `node:http`. */
  readonly isNative: boolean;
}

export const toName = ({ host, mounting, isNative }: Row): string =>
  `${host} ${mounting}${isNative ? ' natively' : ''}`;
