import { randomUUID } from 'node:crypto';
import { checkNumber } from '@mandate/internal/check-number';
import { toAccountKey } from '../attempts/account-key.js';
import { toAddressKey } from '../attempts/address-key.js';
import { type AttemptCount, AttemptCounter } from '../attempts/attempt-counter.js';
import { type AttemptLimiter, createMemoryAttemptLimiter } from '../attempts/attempt-limiter.js';
import { AuthorizationError } from '../request/authorization-error.js';
import {
  type Authorization,
  type AuthorizationRequest,
  isDuration,
  MAX_DURATION_MINUTES,
} from '../request/authorization-request.js';
import type { SigningKeys } from '../signing-keys/signing-keys.js';
import { authenticate } from './authenticate.js';
import {
  type AuthorizationServiceOptions,
  checkAuthorizationServiceOptions,
} from './authorization-service-options.js';
import { chooseMembership } from './choose-membership.js';
import { Services } from './services.js';
import { signToken } from './sign-token.js';

/** Issues tokens for credentials, each valid for one group. */
export interface AuthorizationService {
  readonly issuer: string;
  readonly signingKeys: SigningKeys;
  /**
   * Issues a token. When the promise resolves, every guard that trusts the issuer accepts the
   * token.
   * @throws AuthorizationError for every refusal. Any other error is a fault.
   */
  authorize(request: AuthorizationRequest): Promise<Authorization>;
}

/**
 * Creates an authorization service.
 *
 * @throws TypeError if an option is unknown or invalid: `issuer` is not an `https:` URL, `services`
 * is empty or has no audience, `defaultService` is not one of them, or the default duration is not
 * 1 to 120 minutes.
 *
 * @example
 * const presence = createAuthorizationService({
 *   issuer: 'https://auth.example.com',
 *   directory,
 *   signingKeys,
 *   services: { presence: { audience: 'https://presence.example.com' } },
 * });
 * const { token } = await presence.authorize({
 *   credentials: { kind: 'password', username: 'agent@example.com', password: 'a long one' },
 *   groupId: '12345',
 * });
 */
export function createAuthorizationService(
  options: AuthorizationServiceOptions,
): AuthorizationService {
  checkAuthorizationServiceOptions(options);
  const { issuer, directory, signingKeys, defaultDurationMinutes = 20, now = Date.now } = options;
  const services = new Services(options.services, options.defaultService);
  checkNumber('createAuthorizationService: defaultDurationMinutes', defaultDurationMinutes, {
    min: 1,
    max: MAX_DURATION_MINUTES,
    isInteger: true,
  });
  const createTokenId = options.createTokenId ?? randomUUID;
  const limiters = createLimiters(options);
  const attempts = new AttemptCounter();

  return {
    issuer,
    signingKeys,
    async authorize(request) {
      const minutes = checkDuration(request.durationMinutes ?? defaultDurationMinutes);
      const { service, audience, scopes: serviceScopes } = services.get(request.service);
      const identity = await attempts.run(toCounts(limiters, request), () =>
        authenticate(directory, request, now),
      );
      const membership = chooseMembership(identity, request.groupId, service);
      const scopes = membership.scopes.filter((scope) => serviceScopes?.includes(scope) ?? true);
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = new Date((issuedAt + minutes * 60) * 1000);
      const tokenId = createTokenId();
      const subject = identity.user.id;
      const { groupId } = membership;
      const granted: Granted = { tokenId, expiresAt, subject, groupId, service, scopes };
      const claims = toClaims(granted, { issuer, audience, issuedAt });
      const token = await signToken(claims, await signingKeys.signer());
      return { token, ...granted };
    },
  };
}

type Granted = Omit<Authorization, 'token'>;

/** @param about times are in Unix seconds. */
function toClaims(
  { tokenId, expiresAt, subject, groupId, service, scopes }: Granted,
  about: { readonly issuer: string; readonly audience: string; readonly issuedAt: number },
): Parameters<typeof signToken>[0] {
  return {
    iss: about.issuer,
    sub: subject,
    aud: about.audience,
    exp: expiresAt.getTime() / 1000,
    iat: about.issuedAt,
    jti: tokenId,
    // RFC 9068 requires a client id. The service that the token is for is the only client known
    // here.
    client_id: service,
    groupid: groupId,
    scope: scopes.join(' '),
  };
}

function checkDuration(minutes: number): number {
  if (isDuration(minutes)) return minutes;
  throw new AuthorizationError('invalid_duration', 'duration must be 1 to 120 minutes');
}

interface Limiters {
  readonly account: AttemptLimiter;
  readonly address: AttemptLimiter;
}

function createLimiters({ accountLimiter, addressLimiter }: AuthorizationServiceOptions): Limiters {
  return {
    account: accountLimiter ?? createMemoryAttemptLimiter({ attempts: 10, perSeconds: 900 }),
    address: addressLimiter ?? createMemoryAttemptLimiter({ attempts: 100, perSeconds: 900 }),
  };
}

function toCounts(
  limiters: Limiters,
  { credentials, address }: AuthorizationRequest,
): readonly AttemptCount[] {
  const byAddress = { limiter: limiters.address, key: `address:${toAddressKey(address)}` };
  const key = toAccountKey(credentials);
  return key === undefined ? [byAddress] : [byAddress, { limiter: limiters.account, key }];
}
