import { checkOptions } from '@mandate/internal/check-options';
import { checkScopeNames } from '../scopes.js';
import { checkIdentifier, checkPageUrl } from './resource-urls.js';

export interface ResourceOptions {
  /**
   * The resource identifier (RFC 9728 §1.2): the public URL of this API, such as `https://api.example.com/v1`. `https:`,
   * or `http:` on a loopback address; no query and no fragment. Clients compare it as a string, so it is published
   * exactly as written here.
   */
  readonly identifier: string;
  /** The issuers whose tokens this API accepts, exactly as they call themselves. At least one. */
  readonly authorizationServers: readonly string[];
  /** The name of the API for people (`resource_name`). Default: none. */
  readonly name?: string | undefined;
  /** The URL of a page for developers (`resource_documentation`). Default: none. */
  readonly documentationUrl?: string | undefined;
  /** The URL of a page about the use of data (`resource_policy_uri`). Default: none. */
  readonly policyUrl?: string | undefined;
  /** The URL of the terms of service (`resource_tos_uri`). Default: none. */
  readonly termsUrl?: string | undefined;
  /**
   * The scopes that clients may ask for (`scopes_supported`). Keep the list small, because clients ask for all of it:
   * challenges name the others when they are needed. `'endpoints'` publishes every scope of the guard's map.
   * `offline_access` is rejected. Default: none is published.
   */
  readonly scopesSupported?: readonly string[] | 'endpoints' | undefined;
  /**
   * The `aud` of tokens for this API, if the authorization server writes another one than the identifier: Entra ID
   * writes the ID of the application. The audience of each issuer must include one of them. `null` turns the check off:
   * then the verifiers alone decide, and may accept tokens that were issued for another API. Default: the identifier.
   */
  readonly audience?: string | readonly string[] | null | undefined;
  /**
   * Whether a 401 names the scopes of the endpoint, so that a client can ask for them at once. Default `true`. With
   * `false`, only callers with a valid token learn them, from a 403. Their names are then not shown to strangers.
   */
  readonly showScopes?: boolean | undefined;
}

const OWNER = 'createResource';

/** @throws TypeError that names the invalid option. */
export function checkResourceOptions(options: ResourceOptions): void {
  checkOptions<ResourceOptions>(OWNER, options, {
    identifier: true,
    authorizationServers: true,
    name: true,
    documentationUrl: true,
    policyUrl: true,
    termsUrl: true,
    scopesSupported: true,
    audience: true,
    showScopes: true,
  });
  checkIdentifier(`${OWNER}: identifier`, options.identifier);
  checkAuthorizationServers(options.authorizationServers);
  for (const name of ['documentationUrl', 'policyUrl', 'termsUrl'] as const) {
    checkPageUrl(`${OWNER}: ${name}`, options[name]);
  }
  checkScopesSupported(options.scopesSupported);
  const { name, audience = options.identifier, showScopes } = options;
  if (audience !== null) checkNonEmptyStrings('audience', [audience].flat(), ', or null');
  if (name !== undefined) checkNonEmptyStrings('name', [name]);
  if (showScopes === undefined || typeof showScopes === 'boolean') return;
  throw new TypeError(`${OWNER}: showScopes must be true or false`);
}

/** An issuer has no query and no fragment (RFC 8414 §2). Its spelling is its own, and stays as it is. */
function checkAuthorizationServers(servers: readonly string[]): void {
  if (!Array.isArray(servers) || servers.length === 0) {
    throw new TypeError(`${OWNER}: authorizationServers must be a list with at least one issuer`);
  }
  for (const server of servers) {
    checkPageUrl(`${OWNER}: each of authorizationServers`, String(server));
    if (!/[?#]/.test(server)) continue;
    throw new TypeError(`${OWNER}: an authorization server must have no query and no fragment`);
  }
}

function checkScopesSupported(scopes: ResourceOptions['scopesSupported']): void {
  if (scopes === undefined || scopes === 'endpoints') return;
  if (!Array.isArray(scopes)) {
    throw new TypeError(`${OWNER}: scopesSupported must be a list of scopes or 'endpoints'`);
  }
  checkScopeNames(scopes);
  checkNoOfflineAccess(scopes);
}

/** It is between the client and the authorization server, and clients would ask for a refresh token each time. */
export function checkNoOfflineAccess(scopes: readonly string[]): void {
  if (!scopes.includes('offline_access')) return;
  throw new TypeError(`${OWNER}: scopesSupported must not have offline_access`);
}

function checkNonEmptyStrings(option: string, values: readonly unknown[], others = ''): void {
  if (values.length > 0 && values.every((one) => typeof one === 'string' && one !== '')) return;
  throw new TypeError(`${OWNER}: ${option} must be a non-empty text${others}`);
}
