import { checkOptions } from '@mandate/internal/check-options';
import type { ClaimValue } from '../claims.js';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkIssuerUrl } from '../keys/check-key-url.js';
import { checkForm, toNames } from './check-values.js';
import { getMember } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface KubernetesOptions extends ProviderOptions {
  /**
   * The service account issuer as it is in `iss`: `https://kubernetes.default.svc.cluster.local`, or the public URL of a
   * managed cluster. Without `keys`, they are found through its metadata, which many clusters show only to callers
   * with their certificate authority and a token; `docs/providers/kubernetes.md` has keys for those.
   */
  readonly issuer: string;
  /** The `audience` of the projected token: a name of this API. A list holds alternatives. */
  readonly audience: string | readonly string[];
  /**
   * The service accounts that are accepted, `namespace/name`. This or `namespaces` is required, because every pod can
   * have a token for every audience.
   */
  readonly serviceAccounts?: string | readonly string[] | undefined;
  /** The namespaces, all of whose service accounts are accepted. */
  readonly namespaces?: string | readonly string[] | undefined;
}

/**
 * Tokens of Kubernetes service accounts:
 * {@link https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection Configure Service Accounts for Pods}.
 *
 * The subject is `system:serviceaccount:namespace:name`. Tokens in secrets, which never expire, are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   kubernetes({
 *     issuer: 'https://kubernetes.default.svc.cluster.local',
 *     audience: 'orders',
 *     serviceAccounts: ['shop/web'],
 *   }),
 * );
 */
export function kubernetes(options: KubernetesOptions): JwtIssuer {
  checkOptions<KubernetesOptions>('kubernetes', options, {
    issuer: true,
    audience: true,
    serviceAccounts: true,
    namespaces: true,
    ...PROVIDER_OPTIONS,
  });
  const { issuer } = options;
  checkIssuerUrl('kubernetes', issuer, false);
  const { accounts, namespaces } = toAccepted(options);
  return buildIssuer('kubernetes', options, {
    issuer,
    audience: toNames('kubernetes', 'audience', options.audience),
    refuseClaims: (claims) => {
      const own = claims['kubernetes.io'];
      const namespace = getMember(own, 'namespace');
      const name = getMember(getMember(own, 'serviceaccount'), 'name');
      // The subject is what the API sees, so the parts must be those of the subject.
      if (claims.sub !== `system:serviceaccount:${namespace}:${name}`) {
        return 'the token is not one of a service account';
      }
      return namespaces.has(namespace) || accounts.has(`${namespace}/${name}`)
        ? undefined
        : 'the service account of the token is not accepted';
    },
  });
}

function toAccepted({ serviceAccounts, namespaces }: KubernetesOptions): {
  readonly accounts: ReadonlySet<ClaimValue>;
  readonly namespaces: ReadonlySet<ClaimValue>;
} {
  if (serviceAccounts === undefined && namespaces === undefined) {
    throw new TypeError(
      'kubernetes: serviceAccounts or namespaces is required, because every pod can have a token for every audience',
    );
  }
  const list = (name: string, value: string | readonly string[] | undefined) =>
    value === undefined ? [] : toNames('kubernetes', name, value);
  const accounts = list('serviceAccounts', serviceAccounts);
  const form = 'namespace/name, without wildcards';
  for (const one of accounts) {
    checkForm({ owner: 'kubernetes', name: 'serviceAccounts', form }, one, /^[\w.-]+\/[\w.-]+$/);
  }
  return { accounts: new Set(accounts), namespaces: new Set(list('namespaces', namespaces)) };
}
