import type { EndpointRule } from '../endpoints/endpoint.js';
import { type JsonObject, readMember, readObject, resolve } from './document.js';

/**
 * The names of the security schemes that a bearer token serves: `oauth2`, `openIdConnect` and `http`
 * with the scheme `bearer` (OpenAPI 3.1, Security Scheme Object).
 */
export function readBearerSchemes(document: JsonObject): ReadonlySet<string> {
  const components = readObject(readMember(document, 'components') ?? {}, '"components"');
  const schemes = readObject(readMember(components, 'securitySchemes') ?? {}, '"securitySchemes"');
  const isBearer = (name: string) => {
    const scheme = resolve(document, schemes[name], `the security scheme "${name}"`);
    const type = readMember(scheme, 'type');
    const httpScheme = String(readMember(scheme, 'scheme')).toLowerCase();
    return (
      type === 'oauth2' || type === 'openIdConnect' || (type === 'http' && httpScheme === 'bearer')
    );
  };
  return new Set(Object.keys(schemes).filter(isBearer));
}

/**
 * The rule that a `security` stands for: one of its requirements must be met, and of that one every
 * scheme with every scope (OpenAPI 3.1, Security Requirement Object).
 * @throws TypeError if it is malformed, or no requirement can be met by a bearer token alone.
 */
export function toRule(
  security: unknown,
  bearerSchemes: ReadonlySet<string>,
): EndpointRule | 'public' {
  const requirements = readRequirements(security);
  if (requirements.length === 0 || requirements.some((schemes) => schemes.length === 0)) {
    return 'public';
  }
  // What needs another scheme as well is not met by a token, and dropping it only asks for more.
  const met = requirements.filter((all) => all.every(([scheme]) => bearerSchemes.has(scheme)));
  const alternatives = met.map((all) => [...new Set(all.flatMap(([, scopes]) => scopes))]);
  const [only, ...others] = alternatives;
  if (only === undefined) {
    const names = requirements.map((all) => all.map(([scheme]) => scheme).join(' and '));
    throw new TypeError(`no bearer token serves its security: ${names.join(', or ')}`);
  }
  return { scopes: others.length === 0 ? only : { anyOf: alternatives } };
}

/** Each requirement as its schemes, and each scheme with its scopes. */
type Requirement = readonly (readonly [scheme: string, scopes: readonly string[]])[];

function readRequirements(security: unknown): readonly Requirement[] {
  if (!Array.isArray(security)) throw new TypeError('its security is no list');
  return security.map((requirement) =>
    Object.entries(readObject(requirement, 'a security requirement')).map(([scheme, scopes]) => {
      if (Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string')) {
        return [scheme, scopes];
      }
      throw new TypeError(`the scopes of "${scheme}" are no list of names`);
    }),
  );
}
