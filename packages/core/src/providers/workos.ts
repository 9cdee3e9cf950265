import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, checkHost } from './check-values.js';
import { toScopeList } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface WorkosOptions extends ProviderOptions {
  /** The client ID of the environment, `client_…`. It names the key set, so other environments are rejected. */
  readonly clientId: string;
  /** The custom domain of authentication, if `iss` names it. Default: `api.workos.com`. */
  readonly domain?: string | undefined;
}

/**
 * Session access tokens of WorkOS AuthKit:
 * {@link https://workos.com/docs/reference/authkit/session-tokens Session tokens}.
 *
 * Scopes are the `permissions` of the user in the organization. Tokens without a session (`sid`) are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(workos({ clientId: 'client_01HBEQKA6K4QJAS93VPE39W1JT' }));
 */
export function workos(options: WorkosOptions): JwtIssuer {
  checkOptions<WorkosOptions>('workos', options, {
    clientId: true,
    domain: true,
    ...PROVIDER_OPTIONS,
  });
  const { clientId, domain = 'api.workos.com' } = options;
  const form = 'the client ID of an environment, such as client_01HBEQKA6K4QJAS93VPE39W1JT';
  checkForm({ owner: 'workos', name: 'clientId', form }, clientId, /^client_\w+$/);
  checkHost('workos', 'domain', domain);
  return buildIssuer('workos', options, {
    // The reference shows the first name, newer environments write the second.
    issuer: [`https://${domain}`, `https://${domain}/user_management/${clientId}`],
    keySetUrl: `https://api.workos.com/sso/jwks/${clientId}`,
    audience: null,
    algorithms: ['RS256'],
    scopes: ({ permissions }) => toScopeList(permissions),
    refuseClaims: ({ sid, client_id }) => {
      if (sid === undefined) return 'the token belongs to no session (sid)';
      return client_id === undefined || client_id === clientId
        ? undefined
        : 'the token was issued to another client';
    },
  });
}
