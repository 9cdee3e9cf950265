/** What distinguishes tokens: a token is never returned for another identity. */
export interface TokenIdentity {
  /** The service's URL, or a name for the source. */
  readonly server: string;
  readonly service: string;
  readonly group: string | undefined;
  /** The user that the token stands for. */
  readonly subject: string | readonly string[];
}

/** The name of a storage entry and of its lock. */
export type TokenKey = string & { readonly tokenKey: true };

/** The prefix of all entries. The number is the version of the format. */
export const KEY_PREFIX = 'mandate-client:1:';

/** JSON keeps the parts apart; a separator would confuse `a:b` + `c` with `a` + `b:c`. */
export function toTokenKey({ server, service, group, subject }: TokenIdentity): TokenKey {
  return (KEY_PREFIX + JSON.stringify([server, service, group ?? null, subject])) as TokenKey;
}
