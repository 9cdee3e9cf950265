import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkHost, toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';
import { rejectOthers } from './reject-others.js';

export interface GitlabCiOptions extends ProviderOptions {
  /** The `aud` that jobs ask for in `id_tokens`: a name of this API. A list holds alternatives. */
  readonly audience: string | readonly string[];
  /**
   * The projects whose jobs are accepted, `group/project`. This or `namespaces` is required, because every
   * job of the instance can have a token for every audience.
   */
  readonly projects?: string | readonly string[] | undefined;
  /** The namespaces whose projects are accepted, exactly: `group` does not include `group/subgroup`. */
  readonly namespaces?: string | readonly string[] | undefined;
  /** The accepted refs, `main`. Default: every branch and tag. */
  readonly refs?: string | readonly string[] | undefined;
  /** Whether only protected branches and tags are accepted. Default `false`: everyone who can push can call. */
  readonly protectedOnly?: boolean | undefined;
  /** The host of the instance. Default: `gitlab.com`. */
  readonly host?: string | undefined;
}

/**
 * ID tokens of GitLab CI/CD jobs: {@link https://docs.gitlab.com/ci/secrets/id_token_authentication/ OpenID
 * Connect (OIDC) Authentication Using ID Tokens}.
 *
 * ID tokens of people who log in with GitLab, which have the same issuer and keys, are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   gitlabCi({ audience: 'https://deploy.example.com', projects: ['my-group/my-project'], protectedOnly: true }),
 * );
 */
export function gitlabCi(options: GitlabCiOptions): JwtIssuer {
  checkOptions<GitlabCiOptions>('gitlabCi', options, {
    audience: true,
    projects: true,
    namespaces: true,
    refs: true,
    protectedOnly: true,
    host: true,
    ...PROVIDER_OPTIONS,
  });
  const { projects, namespaces, refs, protectedOnly = false, host = 'gitlab.com' } = options;
  checkHost('gitlabCi', 'host', host);
  if (typeof protectedOnly !== 'boolean') {
    throw new TypeError('gitlabCi: protectedOnly must be true or false');
  }
  if (projects === undefined && namespaces === undefined) {
    throw new TypeError(
      'gitlabCi: projects or namespaces is required, because every job of the instance can have a token for every audience',
    );
  }
  return buildIssuer('gitlabCi', options, {
    issuer: `https://${host}`,
    keySetUrl: `https://${host}/oauth/discovery/keys`,
    audience: toNames('gitlabCi', 'audience', options.audience),
    algorithms: ['RS256'],
    refuseClaims: rejectOthers('gitlabCi', [
      { option: 'projects', claim: 'project_path', accepted: projects },
      { option: 'namespaces', claim: 'namespace_path', accepted: namespaces },
      { option: 'refs', claim: 'ref', accepted: refs },
      // GitLab writes it as a string.
      {
        option: 'protectedOnly',
        claim: 'ref_protected',
        accepted: protectedOnly ? 'true' : undefined,
      },
    ]),
  });
}
