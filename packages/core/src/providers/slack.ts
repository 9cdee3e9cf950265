import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface SlackOptions extends ProviderOptions {
  /** The client IDs of your Slack apps. */
  readonly clientIds: string | readonly string[];
  /** The IDs of the accepted workspaces, `T0123456789`; `'any'` accepts the users of every workspace. */
  readonly teams: 'any' | readonly string[];
}

const TEAM = 'https://slack.com/team_id';

/**
 * ID tokens of Sign in with Slack, sent to an API of your own:
 * {@link https://docs.slack.dev/authentication/sign-in-with-slack/ Sign in with Slack}.
 *
 * The subject is workspace and user, `T0123456789/U0123456789`, because the IDs of users are those of a
 * workspace. The tokens expire after minutes and have no scopes, so the endpoint must require `[]`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   slack({ clientIds: ['2141029472.691202649728'], teams: ['T0123456789'] }),
 * );
 */
export function slack(options: SlackOptions): JwtIssuer {
  checkOptions<SlackOptions>('slack', options, {
    clientIds: true,
    teams: true,
    ...PROVIDER_OPTIONS,
  });
  const teams =
    options.teams === 'any'
      ? undefined
      : new Set<unknown>(toNames('slack', 'teams', options.teams));
  return buildIssuer('slack', options, {
    issuer: 'https://slack.com',
    keySetUrl: 'https://slack.com/openid/connect/keys',
    audience: toNames('slack', 'clientIds', options.clientIds),
    algorithms: ['RS256'],
    subject: (claims) => `${claims[TEAM]}/${claims.sub}`,
    refuseClaims: ({ [TEAM]: team, sub }) => {
      if (typeof team !== 'string' || sub === undefined || sub === '') {
        return 'the token names no workspace or no user';
      }
      return teams === undefined || teams.has(team)
        ? undefined
        : 'the workspace of the token is not accepted';
    },
  });
}
