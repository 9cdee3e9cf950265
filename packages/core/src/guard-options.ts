import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { createConsoleLog } from '@mandate/internal/observer';
import { type ActAsOptions, compileActAs } from './act-as.js';
import type { AuthRequest } from './auth-request.js';
import type { DecisionEvent } from './decision.js';
import { createDenialWriter, type RenderDenial } from './denial.js';
import { checkListedScopes } from './endpoints/check-listed-scopes.js';
import type { EndpointMap } from './endpoints/endpoint.js';
import { EndpointTable } from './endpoints/endpoint-table.js';
import { type CredentialsOptions, compileCredentials } from './find-credentials.js';
import type { Policy } from './policy.js';
import type { ProtectedResource } from './protected-resource.js';
import type { NormalizeScope } from './scopes.js';
import type { TokenVerifier, VerifierClaims } from './verifier.js';

/**
 * The policy of a guard. `Scope` is a scope of the list `scopes`, and `Named` one that `endpoints` may name; both are
 * inferred.
 */
export interface GuardOptions<
  Verifiers extends readonly TokenVerifier<object>[] = readonly TokenVerifier[],
  Scope extends string = string,
  Named extends Scope = Scope,
> extends CredentialsOptions {
  /** One verifier per kind of token. Only the first that accepts a token verifies it. */
  readonly verifiers: Verifiers;
  /**
   * Every scope of this API. If set, `endpoints` may name no other: a misspelt one is an error of the compiler, and a
   * `TypeError` here. Default: the scopes that `endpoints` names.
   */
  readonly scopes?: readonly Scope[] | undefined;
  /** The rule of each endpoint. Endpoints that it does not name are denied; without a map, all of them. */
  readonly endpoints?: EndpointMap<VerifierClaims<Verifiers[number]>, Named> | undefined;
  /** How a request with a `GLOBAL` token names the user that the token acts as. */
  readonly actAs?: ActAsOptions<VerifierClaims<Verifiers[number]>> | undefined;
  /** Maps equivalent spellings of a scope to one. Default: scopes are compared exactly. */
  readonly normalizeScope?: NormalizeScope | undefined;
  /**
   * Whether a token that does not expire is rejected with `token_invalid`. Default `false`, because issued
   * tokens may have no expiry, and a verifier of your own may not know it.
   */
  readonly requireExpiry?: boolean | undefined;
  /**
   * The OAuth protected resource that this API is, from `createResource` of `@mandate/core/resource`: challenges lead
   * clients to its metadata, and the `audience` of each issuer must include its identifier. Default: none.
   */
  readonly resource?: ProtectedResource | undefined;
  /** The `realm` of challenges (RFC 9110 §11.5). Default: none. */
  readonly realm?: string | undefined;
  /** Changes the answer to a rejected request. Default: `application/problem+json` (RFC 9457). */
  readonly renderDenial?: RenderDenial | undefined;
  /**
   * Called with each decision before it takes effect. Its errors and rejections are ignored. By default only
   * the reason of 503 `verifier_unavailable` is written with `console.warn`, at most once a minute; `null`
   * writes nothing.
   */
  readonly onDecision?: ((event: DecisionEvent) => void) | null | undefined;
  /**
   * Returns the id of a request for `onDecision`, such as the one that your proxy sets. `'traceparent'` takes
   * the trace id of W3C Trace Context. Default: none.
   */
  readonly requestId?: 'traceparent' | ((request: AuthRequest) => string | undefined) | undefined;
  /** The clock for expiry, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

const OPTIONS: OptionNames<GuardOptions> = {
  verifiers: true,
  scopes: true,
  endpoints: true,
  actAs: true,
  maxTokenLength: true,
  token: true,
  normalizeScope: true,
  requireExpiry: true,
  resource: true,
  realm: true,
  renderDenial: true,
  onDecision: true,
  requestId: true,
  now: true,
};

/** @throws TypeError if an option is unknown or invalid. */
export function compilePolicy(options: GuardOptions): Policy {
  checkOptions<GuardOptions>('createGuard', options, OPTIONS);
  const { verifiers, actAs, realm, scopes, normalizeScope, requireExpiry = false } = options;
  checkVerifiers(verifiers);
  const { resource } = options;
  if (resource !== undefined && typeof resource?.checkVerifiers !== 'function') {
    throw new TypeError('createGuard: resource must be made by createResource');
  }
  resource?.checkVerifiers(verifiers);
  const { onDecision, now = Date.now } = options;
  const functions = { ...options, onDecision: onDecision ?? undefined };
  checkFunctions('createGuard', functions, ['normalizeScope', 'renderDenial', 'onDecision', 'now']);
  if (typeof requireExpiry !== 'boolean') {
    throw new TypeError('createGuard: requireExpiry must be true or false');
  }
  const endpoints = new EndpointTable(options.endpoints ?? {});
  if (scopes !== undefined) checkListedScopes(scopes, endpoints.endpoints, normalizeScope);
  return {
    credentials: compileCredentials(options),
    verifiers: [...verifiers],
    actAs: compileActAs(actAs),
    endpoints,
    scopes: scopes && [...scopes],
    normalizeScope,
    requireExpiry,
    resource,
    writeDenial: createDenialWriter(realm, options.renderDenial),
    onDecision: functions.onDecision,
    onUnavailable: onDecision === undefined ? createUnavailableLog(now) : undefined,
    requestId: compileRequestId(options.requestId),
    now,
  };
}

/** What an operator must see if nothing is wired up: requests are rejected although their tokens may be valid. */
function createUnavailableLog(now: () => number): Policy['onUnavailable'] {
  const log = createConsoleLog('createGuard', now);
  return ({ message }) => log('unavailable', `tokens are rejected with 503, because ${message}`);
}

function checkVerifiers(verifiers: readonly TokenVerifier[]): void {
  if (!Array.isArray(verifiers) || verifiers.length === 0) {
    throw new TypeError('createGuard: verifiers must be a list with at least one verifier');
  }
  if (!verifiers.every(isVerifier)) {
    throw new TypeError(
      'createGuard: verifiers must be TokenVerifiers, such as one of createJwtVerifier',
    );
  }
}

/** Checked at creation, because an issuer instead of a verifier would otherwise fail at the first token. */
function isVerifier(value: Partial<TokenVerifier> | undefined): boolean {
  return typeof value?.accepts === 'function' && typeof value.verify === 'function';
}

/** `version-traceid-parentid-flags`, https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

function compileRequestId(requestId: GuardOptions['requestId']): Policy['requestId'] {
  if (requestId === undefined || typeof requestId === 'function') return requestId;
  if (requestId !== 'traceparent') {
    throw new TypeError("createGuard: requestId must be 'traceparent' or a function");
  }
  return (request) => TRACE_PARENT.exec(request.header('traceparent') ?? '')?.[1];
}
