import type { EndpointRule } from '../endpoints/endpoint.js';
import { getMember, type JsonObject, resolve, toObject } from './document.js';

/**
 * Lists the names of the security schemes that use a bearer token: `oauth2`, `openIdConnect`, and `http`
 * with the scheme `bearer` (OpenAPI 3.1, Security Scheme Object).
 */
export function listBearerSchemes(document: JsonObject): ReadonlySet<string> {
  const components = toObject(getMember(document, 'components') ?? {}, '"components"');
  const schemes = toObject(getMember(components, 'securitySchemes') ?? {}, '"securitySchemes"');
  const isBearer = (name: string) => {
    const scheme = resolve(document, schemes[name], `the security scheme "${name}"`);
    const type = getMember(scheme, 'type');
    const httpScheme = String(getMember(scheme, 'scheme')).toLowerCase();
    return (
      type === 'oauth2' || type === 'openIdConnect' || (type === 'http' && httpScheme === 'bearer')
    );
  };
  return new Set(Object.keys(schemes).filter(isBearer));
}

/**
 * Converts a `security` to a rule. A request must meet one of the requirements, and of that requirement
 * every scheme with every scope (OpenAPI 3.1, Security Requirement Object).
 * @throws TypeError if it is malformed, or a bearer token alone meets no requirement.
 */
export function toRule(
  security: unknown,
  bearerSchemes: ReadonlySet<string>,
): EndpointRule | 'public' {
  const requirements = parseRequirements(security);
  if (requirements.length === 0 || requirements.some((schemes) => schemes.length === 0)) {
    return 'public';
  }
  // A token alone does not meet a requirement with another scheme. Without it, the rule is only stricter.
  const met = requirements.filter((all) => all.every(([scheme]) => bearerSchemes.has(scheme)));
  const alternatives = met.map((all) => [...new Set(all.flatMap(([, scopes]) => scopes))]);
  const [only, ...others] = alternatives;
  if (only === undefined) {
    const names = requirements.map((all) => all.map(([scheme]) => scheme).join(' and '));
    throw new TypeError(`no bearer token meets its security: ${names.join(', or ')}`);
  }
  return { scopes: others.length === 0 ? only : { anyOf: alternatives } };
}

/** The schemes of a requirement, each with its scopes. */
type Requirement = readonly (readonly [scheme: string, scopes: readonly string[]])[];

function parseRequirements(security: unknown): readonly Requirement[] {
  if (!Array.isArray(security)) throw new TypeError('its security must be a list');
  return security.map((requirement) =>
    Object.entries(toObject(requirement, 'a security requirement')).map(([scheme, scopes]) => {
      if (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')) {
        return [scheme, scopes];
      }
      throw new TypeError(`the scopes of "${scheme}" must be a list of names`);
    }),
  );
}
