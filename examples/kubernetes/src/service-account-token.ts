import { type CryptoKey, SignJWT } from 'jose';

/** What kubeadm configures. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

export interface TokenRequest {
  readonly namespace: string;
  readonly name: string;
  readonly audience: string;
}

/**
 * Signs a token as the API server does:
 * https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims
 */
export function signServiceAccountToken(
  { kid, privateKey }: SigningKey,
  { namespace, name, audience }: TokenRequest,
): Promise<string> {
  const account = { namespace, serviceaccount: { name, uid: crypto.randomUUID() } };
  return new SignJWT({ 'kubernetes.io': account })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(ISSUER)
    .setAudience([audience])
    .setSubject(`system:serviceaccount:${namespace}:${name}`)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setNotBefore('0s')
    .setExpirationTime('1h')
    .sign(privateKey);
}
