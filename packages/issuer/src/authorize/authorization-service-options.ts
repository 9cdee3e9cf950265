import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { isSecureUrl } from '@mandate/internal/secure-url';
import type { AttemptLimiter } from '../attempts/attempt-limiter.js';
import type { Directory } from '../directory/directory.js';
import type { SigningKeys } from '../signing-keys/signing-keys.js';
import type { ServiceDescription } from './services.js';

export interface AuthorizationServiceOptions {
  /**
   * The token's `iss`: an `https:` URL (`http:` on a loopback address) without query and fragment.
   */
  readonly issuer: string;
  readonly directory: Directory;
  readonly signingKeys: SigningKeys;
  /** By the name that callers use, such as `presence`. At least one. */
  readonly services: Readonly<Record<string, ServiceDescription>>;
  /** The service of a request that names none. Default: the only one, if there is only one. */
  readonly defaultService?: string | undefined;
  /** Minutes for a request that states no duration. 1 to 120, default 20. */
  readonly defaultDurationMinutes?: number | undefined;
  /**
   * Limits failed attempts with a password or Salesforce credentials, by user name. Default: 10 in
   * 15 minutes, in memory. An attacker can use up a user's limit and so block that user's
   * passwords, but not login keys or sessions.
   */
  readonly accountLimiter?: AttemptLimiter | undefined;
  /**
   * Limits failed attempts of any kind, by address (IPv6: by /64 network). Default: 100 in 15
   * minutes, in memory. In both limiters, an attempt in progress counts as failed until it
   * succeeds. A caller who is rejected because of attempts in progress in this process may retry
   * after a second.
   */
  readonly addressLimiter?: AttemptLimiter | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns a `jti`. Default `crypto.randomUUID`. */
  readonly createTokenId?: (() => string) | undefined;
}

const OPTIONS: OptionNames<AuthorizationServiceOptions> = {
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
};

/** @throws TypeError if an option is unknown, or the issuer or a part is missing or invalid. */
export function checkAuthorizationServiceOptions(options: AuthorizationServiceOptions): void {
  checkOptions<AuthorizationServiceOptions>('createAuthorizationService', options, OPTIONS);
  checkIssuer(options.issuer);
  checkParts(options);
}

function checkIssuer(issuer: string): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url !== undefined && isSecureUrl(url) && !/[?#]/.test(issuer)) return;
  throw new TypeError(
    'createAuthorizationService: issuer must be an https: URL without query and fragment',
  );
}

function checkParts({ directory, signingKeys }: AuthorizationServiceOptions): void {
  if (typeof directory?.findUser !== 'function') {
    throw new TypeError('createAuthorizationService: directory is required');
  }
  if (typeof signingKeys?.signer !== 'function') {
    throw new TypeError(
      'createAuthorizationService: signingKeys must be created by createSigningKeys',
    );
  }
}
