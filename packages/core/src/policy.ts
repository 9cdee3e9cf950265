import type { ActAs } from './act-as.js';
import type { AuthError, AuthErrorCode } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import type { DecisionEvent } from './decision.js';
import type { WriteDenial } from './denial.js';
import type { EndpointTable } from './endpoints/endpoint-table.js';
import type { CredentialsRules } from './find-credentials.js';
import type { ProtectedResource } from './protected-resource.js';
import type { NormalizeScope } from './scopes.js';
import type { TokenVerifier } from './verifier.js';

/** The options of a guard, checked and with their defaults. */
export interface Policy {
  readonly credentials: CredentialsRules;
  readonly verifiers: readonly TokenVerifier[];
  readonly actAs: ActAs;
  readonly endpoints: EndpointTable;
  /** Every scope of the API, if listed. */
  readonly scopes: readonly string[] | undefined;
  readonly normalizeScope: NormalizeScope | undefined;
  readonly requireExpiry: boolean;
  readonly resource: ProtectedResource | undefined;
  readonly writeDenial: WriteDenial;
  readonly onDecision: ((event: DecisionEvent) => void) | undefined;
  /** Receives each `verifier_unavailable` if there is no `onDecision`. */
  readonly onUnavailable: ((error: AuthError) => void) | undefined;
  readonly requestId: ((request: AuthRequest) => string | undefined) | undefined;
  readonly now: () => number;
}

/** The stages of a decision, in order. */
export type Stage =
  | 'endpoint'
  | 'credentials'
  | 'verifier'
  | 'act-as'
  | 'group'
  | 'scopes'
  | 'authentication'
  | 'condition';

/** Receives what each stage found; never a token. */
export type Note = (stage: Stage, found: string) => void;

/** The stage that rejects with each code. A verifier may throw others too. */
export const STAGES: Readonly<Record<AuthErrorCode, Stage>> = {
  path_ambiguous: 'endpoint',
  endpoint_unmapped: 'endpoint',
  credentials_missing: 'credentials',
  credentials_malformed: 'credentials',
  cross_site: 'credentials',
  token_invalid: 'verifier',
  token_expired: 'verifier',
  token_revoked: 'verifier',
  address_not_allowed: 'verifier',
  verifier_unavailable: 'verifier',
  act_as_required: 'act-as',
  act_as_malformed: 'act-as',
  act_as_forbidden: 'act-as',
  act_as_unknown: 'act-as',
  anonymous_not_allowed: 'scopes',
  group_missing: 'group',
  group_conflict: 'group',
  group_mismatch: 'group',
  scope_required: 'scopes',
  authentication_insufficient: 'authentication',
  condition_failed: 'condition',
};
