/** What makes a token another token: none of these is ever handed out for another. */
export interface TokenIdentity {
  /** Where it comes from. */
  readonly server: string;
  readonly service: string;
  readonly group: string | undefined;
  /** Whom it stands for. */
  readonly subject: string | readonly string[];
}

/** The name of a storage entry and of the lock that goes with it. */
export type TokenKey = string & { readonly tokenKey: true };

/** What our entries begin with; the number counts the formats there have been. */
export const KEY_PREFIX = 'mandate-client:1:';

/** JSON, because every other way of joining names confuses `a:b` + `c` with `a` + `b:c`. */
export function toTokenKey({ server, service, group, subject }: TokenIdentity): TokenKey {
  return (KEY_PREFIX + JSON.stringify([server, service, group ?? null, subject])) as TokenKey;
}
