import type { Denial } from '../denial.js';

/** What a challenge says about its resource. */
export interface ChallengeMembers {
  readonly metadataUrl: string;
  /** For a 401. */
  readonly scopes: readonly string[];
}

/**
 * Adds `resource_metadata` (RFC 9728 §5.1) to the challenge of a refusal, and `scope` (RFC 6750 §3) to that of a 401.
 * Pages of other origins may read the challenge. A refusal without a challenge stays as it is.
 */
export function completeDenial(denial: Denial, { metadataUrl, scopes }: ChallengeMembers): Denial {
  const challenge = denial.headers['www-authenticate'];
  if (challenge === undefined) return denial;
  const members = [];
  if (denial.status === 401 && scopes.length > 0 && !challenge.includes(' scope="')) {
    members.push(`scope="${scopes.join(' ')}"`);
  }
  if (!challenge.includes(' resource_metadata="')) {
    members.push(`resource_metadata="${metadataUrl}"`);
  }
  // Parameters follow a bare scheme after a space, and other parameters after a comma.
  const separator = challenge.includes(' ') ? ', ' : ' ';
  const completed = [challenge, members.join(', ')].filter(Boolean).join(separator);
  return {
    ...denial,
    headers: {
      'access-control-expose-headers': 'WWW-Authenticate',
      ...denial.headers,
      'www-authenticate': completed,
    },
  };
}
