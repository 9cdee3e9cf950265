import type { AuthError, AuthErrorCode, RefusalDetails } from './auth-error.js';
import type { Claims } from './claims.js';
import type { Denial } from './denial.js';
import type { Principal } from './principal.js';

/** The answer to "may this request continue, and as whom". */
export type Decision<TokenClaims extends object = Claims> = Allowed<TokenClaims> | Denied;

export interface Allowed<TokenClaims extends object = Claims> {
  readonly allowed: true;
  readonly principal: Principal<TokenClaims>;
}

export interface Denied {
  readonly allowed: false;
  readonly error: AuthError;
  /** The response to send. */
  readonly denial: Denial;
}

/** A decision and its reasons, for audit and metrics. It never holds a token. */
export interface DecisionEvent {
  /** The method of the guard that decided. With rules at routes, each request has two decisions. */
  readonly by: 'decide' | 'authenticate' | 'authorize';
  readonly allowed: boolean;
  /** `'allowed'`, or the code of the refusal. */
  readonly code: 'allowed' | AuthErrorCode;
  /** Why the request was rejected, in detail, for logs. It quotes nothing of the token. */
  readonly reason: string | undefined;
  readonly method: string;
  readonly path: string;
  /** The key of the endpoint's entry in the map; `undefined` if none matched, or rules at routes decide. */
  readonly rule: string | undefined;
  /** This member and the next three describe the principal, as far as it was known at the decision. */
  readonly subject: string | undefined;
  readonly actor: string | undefined;
  readonly issuer: string | undefined;
  readonly tokenId: string | undefined;
  /** From the option `requestId` of the guard. */
  readonly requestId: string | undefined;
  /**
   * What an operator needs to know about a refusal in addition to the reason, such as `requiredScopes` and
   * `heldScopes`, or `expectedAudience`. Members that begin with `unverified` are taken from a rejected
   * token, so anyone can have written them; they are cut to 200 characters. It never holds a token, a key or
   * a secret.
   */
  readonly details: RefusalDetails | undefined;
  readonly durationMs: number;
}
