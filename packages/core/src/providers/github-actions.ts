import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkIssuerUrl } from '../keys/check-key-url.js';
import { checkForm, toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';
import { rejectOthers } from './reject-others.js';

export interface GithubActionsOptions extends ProviderOptions {
  /**
   * The `audience` that workflows ask for: a name of this API, and not GitHub's default. Several are
   * alternatives.
   */
  readonly audience: string | readonly string[];
  /**
   * The repositories whose workflows are accepted, `owner/name`. This or `owners` is required, because every
   * workflow of GitHub can have a token for every audience.
   */
  readonly repositories?: string | readonly string[] | undefined;
  /** The owners, users or organizations, all of whose repositories are accepted. */
  readonly owners?: string | readonly string[] | undefined;
  /** The accepted refs, `refs/heads/main`. Default: every branch, so everyone who can push can call. */
  readonly refs?: string | readonly string[] | undefined;
  /** The accepted deployment environments, whose protection rules apply then. Default: with or without one. */
  readonly environments?: string | readonly string[] | undefined;
  /**
   * The issuer of an enterprise that has one of its own, `https://token.actions.githubusercontent.com/octocat-inc`, of
   * GHE.com, `https://token.actions.octocorp.ghe.com`, or of GitHub Enterprise Server,
   * `https://github.example.com/_services/token`. Default: that of GitHub.com.
   */
  readonly issuer?: string | undefined;
}

/**
 * Tokens of GitHub Actions workflows:
 * {@link https://docs.github.com/actions/reference/security/oidc OpenID Connect reference}.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   githubActions({
 *     audience: 'https://deploy.example.com',
 *     repositories: ['octo-org/octo-repo'],
 *     refs: ['refs/heads/main'],
 *   }),
 * );
 */
export function githubActions(options: GithubActionsOptions): JwtIssuer {
  checkOptions<GithubActionsOptions>('githubActions', options, {
    audience: true,
    repositories: true,
    owners: true,
    refs: true,
    environments: true,
    issuer: true,
    ...PROVIDER_OPTIONS,
  });
  const { repositories, owners, refs, environments } = options;
  if (repositories === undefined && owners === undefined) {
    throw new TypeError(
      'githubActions: repositories or owners is required, because every workflow of GitHub can have a token for every audience',
    );
  }
  for (const one of repositories === undefined
    ? []
    : toNames('githubActions', 'repositories', repositories)) {
    const form = 'owner/name, without wildcards';
    checkForm({ owner: 'githubActions', name: 'repositories', form }, one, /^[\w.-]+\/[\w.-]+$/);
  }
  const { issuer = 'https://token.actions.githubusercontent.com' } = options;
  checkIssuerUrl('githubActions', issuer, false);
  return buildIssuer('githubActions', options, {
    issuer,
    keySetUrl: `${issuer}/.well-known/jwks`,
    audience: toNames('githubActions', 'audience', options.audience),
    algorithms: ['RS256'],
    refuseClaims: rejectOthers('githubActions', [
      { option: 'repositories', claim: 'repository', accepted: repositories },
      { option: 'owners', claim: 'repository_owner', accepted: owners },
      { option: 'refs', claim: 'ref', accepted: refs },
      { option: 'environments', claim: 'environment', accepted: environments },
    ]),
  });
}
