import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { toNames } from './check-values.js';

/** A claim whose values an option lists. */
export interface ListedClaim {
  readonly option: string;
  readonly claim: string;
  /** `undefined` to accept every value. */
  readonly accepted: string | readonly string[] | undefined;
}

/**
 * Returns a check that rejects a token unless each listed claim has one of its accepted values.
 * @throws TypeError if an option is not a name or a list of names.
 */
export function rejectOthers(
  owner: string,
  listed: readonly ListedClaim[],
): NonNullable<JwtIssuer['refuseClaims']> {
  const rules = listed.flatMap(({ option, claim, accepted }) =>
    accepted === undefined
      ? []
      : [{ claim, accepted: new Set<unknown>(toNames(owner, option, accepted)) }],
  );
  return (claims) => {
    const broken = rules.find(({ claim, accepted }) => !accepted.has(claims[claim]));
    return broken && `"${broken.claim}" has a value that is not accepted`;
  };
}
