import type { ActAs } from './act-as.js';
import type { CredentialsRules } from './credentials.js';
import type { DecisionEvent } from './decision.js';
import type { WriteDenial } from './denial.js';
import type { EndpointTable } from './endpoints/endpoint-table.js';
import type { NormalizeScope } from './scopes.js';
import type { TokenVerifier } from './verifier.js';

/** The options of a guard, checked and with their defaults. */
export interface Policy {
  readonly credentials: CredentialsRules;
  readonly verifiers: readonly TokenVerifier[];
  readonly actAs: ActAs;
  readonly endpoints: EndpointTable;
  readonly normalizeScope: NormalizeScope | undefined;
  readonly requireExpiry: boolean;
  readonly writeDenial: WriteDenial;
  readonly onDecision: ((event: DecisionEvent) => void) | undefined;
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
  | 'condition';

/** Receives what each stage found; never a token. */
export type Note = (stage: Stage, found: string) => void;
