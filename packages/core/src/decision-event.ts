import type { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import type { BearerCredentials } from './credentials.js';
import type { DecisionEvent } from './decision.js';
import type { Policy } from './policy.js';
import type { Principal } from './principal.js';
import { toRefusalDetails } from './refusal-details.js';

/** What is known so far about a request, while it is decided. */
export interface DecisionFacts {
  readonly policy: Pick<Policy, 'requestId'>;
  readonly request: AuthRequest;
  readonly by: DecisionEvent['by'];
  readonly startedAtMs: number;
  readonly ruleName: string | undefined;
  readonly credentials: BearerCredentials | undefined;
  readonly principal: Principal | undefined;
}

/** Builds the event for `onDecision`. Without an error, the request was allowed. */
export function buildDecisionEvent(
  { policy, request, by, startedAtMs, ruleName, credentials, principal }: DecisionFacts,
  error: AuthError | undefined,
): DecisionEvent {
  return {
    by,
    allowed: error === undefined,
    code: error?.code ?? 'allowed',
    reason: error?.message,
    method: request.method,
    path: request.path,
    rule: ruleName,
    subject: principal?.subject,
    actor: principal?.actor?.subject,
    issuer: principal?.issuer,
    tokenId: principal?.tokenId,
    requestId: policy.requestId?.(request),
    details: error && toRefusalDetails(error, principal, credentials),
    durationMs: performance.now() - startedAtMs,
  };
}
