import type { TokenStore } from './store/token-store.js';
import type { AllowedGrants } from './token/new-token.js';
import { TokenAuthorityError } from './token/token-authority-error.js';
import type { TokenFormat } from './token/token-format.js';
import type { TokenHasher } from './token/token-hasher.js';
import type { TokenRecord } from './token/token-record.js';

/** The administrator who makes a change. The application decides who is one. */
export interface Admin {
  /** Identifies the administrator in the audit trail. Must not be empty. */
  readonly subject: string;
  /** Whether the administrator may create and rotate `GLOBAL` tokens. Only `true` allows it. */
  readonly isSuperAdmin: boolean;
}

/** A token and its secret. The secret cannot be shown again. */
export interface IssuedToken {
  readonly token: TokenRecord;
  readonly secret: string;
}

/** What the methods of an authority share. */
export interface AuthorityParts {
  readonly store: TokenStore;
  readonly format: TokenFormat;
  readonly hasher: TokenHasher;
  readonly allowed: AllowedGrants;
  readonly now: () => number;
}

/** @throws TokenAuthorityError `not_found` */
export async function loadToken(store: TokenStore, id: string): Promise<TokenRecord> {
  const record = await store.get(id);
  if (record === undefined) throw new TokenAuthorityError('not_found', 'the token does not exist');
  return record;
}

/** @throws TypeError if the audit trail could not name the admin, because of a fault in `authorizeAdmin`. */
export function checkSubject({ subject }: Admin): void {
  if (typeof subject !== 'string' || subject === '') {
    throw new TypeError('admin.subject must be a string that is not empty');
  }
}
