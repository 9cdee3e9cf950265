import { checkFunctions } from '@mandate/internal/check-functions';
import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import { isSecureUrl } from '@mandate/internal/secure-url';
import { AuthError } from '../auth-error.js';
import type { Claims } from '../claims.js';
import type { Credentials } from '../credentials.js';
import type { SchemaClaims } from '../jwt/claims-schema.js';
import { compileMappings } from '../jwt/compile-mappings.js';
import type { ClaimMappings } from '../jwt/jwt-issuer.js';
import type { TokenVerifier } from '../verifier.js';
import { checkIntrospected, type IntrospectionRules } from './check-introspected.js';
import { createIntrospect } from './introspect.js';
import type { IntrospectionClient } from './introspection-client.js';
import type { RememberOptions } from './remember-options.js';
import { rememberVerified } from './remember-verified.js';

export interface IntrospectionOptions<Output = Claims> extends ClaimMappings<Output> {
  /** The `introspection_endpoint` of the authorization server. `https:`, or `http:` on a loopback address. */
  readonly endpoint: string | URL;
  /** How this API authenticates there. */
  readonly client: IntrospectionClient;
  /**
   * The issuer. It becomes `principal.issuer`, and a token that names another `iss` is rejected. It is also
   * the audience of a `private_key_jwt`.
   */
  readonly issuer: string;
  /**
   * The `aud` of this API; a list holds alternatives. `null` accepts tokens for any audience, including tokens
   * that were issued for another API. A token without `aud` is for no API.
   */
  readonly audience: string | readonly string[] | null;
  /**
   * Which tokens are introspected, judging by what can be seen without verifying. Default: every token, so
   * the verifier must be the last one of the guard.
   */
  readonly accepts?: ((credentials: Credentials) => boolean) | undefined;
  /** How long results are remembered, and how many requests may be in flight. */
  readonly remember?: RememberOptions | undefined;
  /** The deadline of one introspection in milliseconds. Default 5000. */
  readonly timeoutMs?: number | undefined;
  /** A `fetch` of your own, for a proxy or a private certificate authority. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Creates a verifier that asks the authorization server about each token (RFC 7662), for opaque tokens.
 * Results are remembered as {@link rememberVerified} does, so a revoked token verifies for up to
 * `remember.seconds`.
 *
 * The server is trusted about whether the token is active. Also checked: `aud`, `iss`, `exp`, `nbf`, and that
 * the token is not bound to a key. While the server cannot be asked, or rejects the credentials of this API,
 * tokens are rejected with `verifier_unavailable` (503).
 *
 * @throws TypeError if an option is missing, unknown or invalid.
 *
 * @example
 * const verifier = createIntrospectionVerifier({
 *   endpoint: 'https://sso.example.com/introspect',
 *   issuer: 'https://sso.example.com/',
 *   audience: 'https://api.example.com',
 *   client: { id: 'orders-api', secret: 'its secret' },
 * });
 */
export function createIntrospectionVerifier<Output = unknown>(
  options: IntrospectionOptions<Output>,
): TokenVerifier<SchemaClaims<NoInfer<Output>>> {
  // What the schema outputs has the type that the caller sees.
  const verifier: TokenVerifier<object> = createVerifier(options);
  return verifier as TokenVerifier<SchemaClaims<Output>>;
}

function createVerifier(options: IntrospectionOptions<unknown>): TokenVerifier {
  checkIntrospectionOptions(options);
  const { accepts = () => true, remember, timeoutMs = 5000, issuer, client } = options;
  const introspect = createIntrospect({
    endpoint: toEndpoint(options.endpoint),
    issuer,
    client,
    timeoutMs,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
  });
  const rules = toRules(options);
  const toPrincipal = compileMappings(options, 'createIntrospectionVerifier');
  return rememberVerified(
    {
      accepts,
      audiences: () => [{ name: issuer, audiences: rules.audiences && [...rules.audiences] }],
      async verify({ token, nowMs }) {
        const claims = await introspect(token);
        if (claims === undefined) throw new AuthError('token_invalid', 'the token is not active');
        const expiresAt = checkIntrospected(claims, rules, nowMs);
        const principal = toPrincipal(claims as Claims, { fromMs: 0, untilMs: 0 });
        return Object.freeze({ ...principal, issuer, expiresAt });
      },
    },
    remember,
  );
}

function checkIntrospectionOptions(options: IntrospectionOptions<unknown>): void {
  const owner = 'createIntrospectionVerifier';
  checkOptions<IntrospectionOptions<unknown>>(owner, options, {
    endpoint: true,
    client: true,
    issuer: true,
    audience: true,
    accepts: true,
    remember: true,
    timeoutMs: true,
    fetch: true,
    subject: true,
    permission: true,
    scopes: true,
    groups: true,
    claims: true,
  });
  checkFunctions(owner, options, ['accepts', 'fetch']);
  checkNumber(`${owner}: timeoutMs`, options.timeoutMs ?? 5000, { min: 1, max: MAX_TIMER_MS });
  if (typeof options.issuer !== 'string' || options.issuer === '') {
    throw new TypeError(`${owner}: issuer must be a non-empty string`);
  }
  checkOptions<IntrospectionClient>(`${owner}: client`, options.client, {
    id: true,
    secret: true,
    secretIn: true,
    privateKey: true,
    kid: true,
  });
}

function toEndpoint(value: string | URL): string {
  const isUrl = URL.canParse(String(value));
  if (isUrl && isSecureUrl(new URL(String(value)))) return new URL(String(value)).href;
  throw new TypeError(
    'createIntrospectionVerifier: endpoint must be https:, or http: on a loopback address',
  );
}

function toRules({ issuer, audience }: IntrospectionOptions<unknown>): IntrospectionRules {
  if (audience === null) return { issuer, audiences: null };
  const audiences = [audience].flat();
  if (audiences.length > 0 && audiences.every((one) => typeof one === 'string' && one !== '')) {
    return { issuer, audiences: new Set(audiences) };
  }
  throw new TypeError(
    'createIntrospectionVerifier: audience must be a name, a list of names, or null',
  );
}
