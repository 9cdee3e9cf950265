import type { TokenVerifier } from '../verifier.js';

/**
 * Checks that each issuer binds its tokens to the resource (RFC 8707). Verifiers without audiences, such as those of
 * issued tokens, are not checked.
 * @throws TypeError that names the issuer.
 */
export function checkAudiences(
  verifiers: readonly TokenVerifier<object>[],
  allowed: readonly string[],
): void {
  for (const { name, audiences } of verifiers.flatMap((one) => one.audiences?.() ?? [])) {
    if (audiences?.some((audience) => allowed.includes(audience))) continue;
    throw new TypeError(
      `createGuard: the audience of ${name} must include ${allowed.map((one) => `"${one}"`).join(' or ')}, ` +
        'the resource; if its tokens have another "aud", set audience in createResource',
    );
  }
}
