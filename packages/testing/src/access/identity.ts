import type { Principal } from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';

/** Who asks: a caller without a token, one with a token, a principal, or more than one of these with headers. */
export type Identity = null | string | Principal | IdentityOptions;

export interface IdentityOptions {
  /** Sent as `Authorization: Bearer`. It is in no table and in no message. */
  readonly token?: string | undefined;
  /** Needs a test guard. */
  readonly principal?: Principal | undefined;
  /** Such as the user to act as, `{ 'x-glean-actas': 'ada@example.com' }`, or a cookie. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** @throws TypeError if it is not an identity. `undefined` is rejected, because a variable may be unset. */
export function toIdentityOptions(name: string, identity: Identity): IdentityOptions {
  if (/^\s*$|[\r\n]/.test(name)) {
    throw new TypeError('describeAccess: the name of an identity must be one line of text');
  }
  if (identity === null) return {};
  if (typeof identity === 'string' && identity !== '') return { token: identity };
  if (typeof identity !== 'object' || identity === null) throw invalid(name);
  if (isPrincipal(identity)) return { principal: identity };
  checkOptions<IdentityOptions>(`the identity "${name}"`, identity, {
    token: true,
    principal: true,
    headers: true,
  });
  const { token, principal } = identity;
  if (token !== undefined && principal !== undefined) {
    throw new TypeError(`describeAccess: the identity "${name}" has a token and a principal`);
  }
  if (token === '' || (token !== undefined && typeof token !== 'string')) throw invalid(name);
  if (principal !== undefined && !isPrincipal(principal)) throw invalid(name);
  return identity;
}

function isPrincipal(value: Principal | IdentityOptions): value is Principal {
  return typeof (value as Partial<Principal>).subject === 'string' && Object.isFrozen(value);
}

function invalid(name: string): TypeError {
  return new TypeError(
    `describeAccess: the identity "${name}" must be null, a token, a principal, or { token, principal, headers }`,
  );
}
