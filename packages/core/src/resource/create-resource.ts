import type { Denial } from '../denial.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { ProtectedResource } from '../protected-resource.js';
import type { TokenVerifier } from '../verifier.js';
import { checkAudiences } from './check-audiences.js';
import { completeDenial } from './complete-denial.js';
import { toMetadataPath } from './metadata-path.js';
import {
  checkNoOfflineAccess,
  checkResourceOptions,
  type ResourceOptions,
} from './resource-options.js';

/**
 * Describes this API as an OAuth protected resource (RFC 9728) for the option `resource` of a guard: challenges then lead
 * clients to the metadata, which `createMetadataHandler` serves, and tokens must be issued for this API (RFC 8707).
 *
 * @throws TypeError if an option is missing, unknown or invalid.
 *
 * @example
 * const guard = createGuard({
 *   verifiers: [
 *     createJwtVerifier({ issuer: 'https://sso.example.com/', audience: 'https://api.example.com' }),
 *   ],
 *   resource: createResource({
 *     identifier: 'https://api.example.com',
 *     authorizationServers: ['https://sso.example.com/'],
 *   }),
 *   endpoints: { 'POST /search': { scopes: ['SEARCH'] } },
 * });
 */
export function createResource(options: ResourceOptions): ProtectedResource {
  checkResourceOptions(options);
  return new OAuthResource(options);
}

class OAuthResource implements ProtectedResource {
  readonly identifier: string;
  readonly metadataUrl: string;
  readonly #options: ResourceOptions;

  constructor(options: ResourceOptions) {
    const { identifier, authorizationServers, scopesSupported } = options;
    this.identifier = identifier;
    this.metadataUrl = new URL(identifier).origin + toMetadataPath(identifier);
    this.#options = {
      ...options,
      authorizationServers: [...authorizationServers],
      scopesSupported: Array.isArray(scopesSupported) ? [...scopesSupported] : scopesSupported,
    };
  }

  checkVerifiers(verifiers: readonly TokenVerifier<object>[]): void {
    const { audience = this.identifier } = this.#options;
    if (audience !== null) checkAudiences(verifiers, [audience].flat());
  }

  completeDenial(denial: Denial, scopes: readonly string[]): Denial {
    const shown = this.#options.showScopes === false ? [] : scopes;
    return completeDenial(denial, { metadataUrl: this.metadataUrl, scopes: shown });
  }

  buildMetadata(endpoints: readonly Endpoint[]): Readonly<Record<string, unknown>> {
    const { scopesSupported = [], ...options } = this.#options;
    const scopes = scopesSupported === 'endpoints' ? listScopes(endpoints) : scopesSupported;
    checkNoOfflineAccess(scopes);
    return {
      resource: this.identifier,
      authorization_servers: options.authorizationServers,
      // RFC 9728 §3.2: a member without a value is omitted.
      scopes_supported: scopes.length === 0 ? undefined : scopes,
      resource_name: options.name,
      resource_documentation: options.documentationUrl,
      resource_policy_uri: options.policyUrl,
      resource_tos_uri: options.termsUrl,
    };
  }
}

function listScopes(endpoints: readonly Endpoint[]): readonly string[] {
  const scopes = endpoints.flatMap(({ rule }) => (rule === 'public' ? [] : rule.scopes.flat()));
  return [...new Set(scopes)].sort();
}
