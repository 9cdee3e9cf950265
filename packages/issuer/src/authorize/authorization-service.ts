import { randomUUID } from 'node:crypto';
import { checkOptions } from '@mandate/internal/check-options';
import { toAccountKey } from '../attempts/account-key.js';
import { toAddressKey } from '../attempts/address-key.js';
import { type AttemptCount, AttemptCounter } from '../attempts/attempt-counter.js';
import { type AttemptLimiter, createMemoryAttemptLimiter } from '../attempts/attempt-limiter.js';
import type { Directory } from '../directory/directory.js';
import { AuthorizationError } from '../request/authorization-error.js';
import {
  type Authorization,
  type AuthorizationRequest,
  isDuration,
} from '../request/authorization-request.js';
import type { SigningKeys } from '../signing-keys/signing-keys.js';
import { authenticate } from './authenticate.js';
import { chooseMembership } from './choose-membership.js';
import { signToken } from './sign-token.js';

/** One API that tokens are issued for. */
export interface ServiceDescription {
  /** The token's `aud`: what the guard of that API is given as `audience`. */
  readonly audience: string;
  /** Of a membership's scopes, those that mean something to this API. Default: all of them. */
  readonly scopes?: readonly string[] | undefined;
}

export interface AuthorizationServiceOptions {
  /** The token's `iss`, an `https:` URL (`http:` on a loopback address) without query and fragment. */
  readonly issuer: string;
  readonly directory: Directory;
  readonly signingKeys: SigningKeys;
  /** By the name that callers ask for, such as `presence`. At least one. */
  readonly services: Readonly<Record<string, ServiceDescription>>;
  /** What a request means that names no service. Default: the only one there is, else none. */
  readonly defaultService?: string | undefined;
  /** Minutes of a request that names no duration. 1 to 120, default 20. */
  readonly defaultDurationMinutes?: number | undefined;
  /**
   * Failed attempts with a password or Salesforce credentials, by user name. Default: 10 in 15 minutes,
   * counted in memory. Somebody can thereby keep an account from logging in with a password, though
   * not with a login key or a session.
   */
  readonly accountLimiter?: AttemptLimiter | undefined;
  /**
   * Failed attempts of any kind, by address (IPv6: by /64). Default: 100 in 15 minutes, counted in
   * memory. In both limiters, attempts under way count as failed until they succeed: who is refused
   * while this instance has some is told to try again in a second.
   */
  readonly addressLimiter?: AttemptLimiter | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Makes a `jti`. Default `crypto.randomUUID`. */
  readonly createTokenId?: (() => string) | undefined;
}

/** Turns credentials into tokens, each valid for one group. */
export interface AuthorizationService {
  readonly issuer: string;
  readonly signingKeys: SigningKeys;
  /**
   * Once it is fulfilled, the token is valid at every guard that trusts the issuer.
   * @throws AuthorizationError for everything it refuses; other errors are faults.
   */
  authorize(request: AuthorizationRequest): Promise<Authorization>;
}

/** @throws TypeError if an option cannot be meant. */
export function createAuthorizationService(
  options: AuthorizationServiceOptions,
): AuthorizationService {
  checkOptions<AuthorizationServiceOptions>('createAuthorizationService', options, {
    issuer: true,
    directory: true,
    signingKeys: true,
    services: true,
    defaultService: true,
    defaultDurationMinutes: true,
    accountLimiter: true,
    addressLimiter: true,
    now: true,
    createTokenId: true,
  });
  const { issuer, directory, signingKeys } = options;
  checkIssuer(issuer);
  checkParts(options);
  const services = new Map(Object.entries(options.services ?? {}));
  const defaultService = readDefaultService(services, options.defaultService);
  const defaultMinutes = options.defaultDurationMinutes ?? 20;
  if (!isDuration(defaultMinutes)) {
    throw new TypeError('createAuthorizationService: defaultDurationMinutes must be 1 to 120');
  }
  const now = options.now ?? Date.now;
  const createTokenId = options.createTokenId ?? randomUUID;
  const limiters: Limiters = {
    account:
      options.accountLimiter ?? createMemoryAttemptLimiter({ attempts: 10, perSeconds: 900 }),
    address:
      options.addressLimiter ?? createMemoryAttemptLimiter({ attempts: 100, perSeconds: 900 }),
  };

  const attempts = new AttemptCounter();

  return {
    issuer,
    signingKeys,
    async authorize(request) {
      const minutes = request.durationMinutes ?? defaultMinutes;
      if (!isDuration(minutes)) {
        throw new AuthorizationError('invalid_duration', 'duration must be 1 to 120 minutes');
      }
      const service = request.service ?? defaultService;
      const description = service === undefined ? undefined : services.get(service);
      if (service === undefined || description === undefined) {
        throw new AuthorizationError('feature_not_enabled', 'there is no such service');
      }
      const identity = await attempts.run(toCounts(limiters, request), () =>
        authenticate(directory, request, now),
      );
      const membership = chooseMembership(identity, request.groupId, service);
      const { audience, scopes: meant } = description;
      const scopes = membership.scopes.filter((scope) => meant?.includes(scope) ?? true);
      const issuedAt = Math.floor(now() / 1000);
      const expiresAt = issuedAt + minutes * 60;
      const tokenId = createTokenId();
      const { groupId } = membership;
      const subject = identity.user.id;
      const claims = {
        iss: issuer,
        sub: subject,
        aud: audience,
        exp: expiresAt,
        iat: issuedAt,
        jti: tokenId,
        // RFC 9068 wants a client; the service that the token is for is the only one we know of.
        client_id: service,
        groupid: groupId,
        scope: scopes.join(' '),
      };
      const token = await signToken(claims, await signingKeys.signer());
      const expiry = new Date(expiresAt * 1000);
      return { token, tokenId, expiresAt: expiry, subject, groupId, service, scopes };
    },
  };
}

interface Limiters {
  readonly account: AttemptLimiter;
  readonly address: AttemptLimiter;
}

function toCounts(
  limiters: Limiters,
  { credentials, address }: AuthorizationRequest,
): readonly AttemptCount[] {
  const byAddress = { limiter: limiters.address, key: `address:${toAddressKey(address)}` };
  const key = toAccountKey(credentials);
  return key === undefined ? [byAddress] : [byAddress, { limiter: limiters.account, key }];
}

function checkIssuer(issuer: string): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal);
  if (isSafe && !/[?#]/.test(issuer)) return;
  throw new TypeError('createAuthorizationService: issuer must be an https URL without a query');
}

function checkParts({ directory, signingKeys }: AuthorizationServiceOptions): void {
  if (typeof directory?.findUser !== 'function') {
    throw new TypeError('createAuthorizationService: directory is required');
  }
  if (typeof signingKeys?.signer !== 'function') {
    throw new TypeError(
      'createAuthorizationService: signingKeys must be made by createSigningKeys',
    );
  }
}

function readDefaultService(
  services: ReadonlyMap<string, ServiceDescription>,
  name: string | undefined,
): string | undefined {
  if (services.size === 0) throw new TypeError('createAuthorizationService: services is empty');
  for (const description of services.values()) {
    if (typeof description?.audience !== 'string' || description.audience === '') {
      throw new TypeError('createAuthorizationService: audience of a service is required');
    }
    checkOptions<ServiceDescription>('createAuthorizationService: services', description, {
      audience: true,
      scopes: true,
    });
  }
  if (name !== undefined && !services.has(name)) {
    throw new TypeError(`createAuthorizationService: there is no service ${JSON.stringify(name)}`);
  }
  return name ?? (services.size === 1 ? [...services.keys()][0] : undefined);
}
