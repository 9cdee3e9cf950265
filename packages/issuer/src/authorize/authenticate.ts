import type { Directory, DirectoryUser, Membership } from '../directory/directory.js';
import { type LoginKeyVerdict, verifyLoginKey } from '../directory/login-key.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { AuthorizationRequest } from '../request/authorization-request.js';

/** Who the credentials belong to. */
export interface Identity {
  readonly user: DirectoryUser;
  /** The group that the credentials themselves are for: login keys are signed for one. */
  readonly boundGroupId: string | undefined;
}

/**
 * Finds out who the credentials belong to. Whether the user exists shows neither in the answer nor in
 * what is done: a password is hashed and a signature computed in any case.
 *
 * @throws AuthorizationError `invalid_credentials` or one of the `loginkey_` reasons.
 */
export async function authenticate(
  directory: Directory,
  { credentials, groupId }: Pick<AuthorizationRequest, 'credentials' | 'groupId'>,
  now: () => number,
): Promise<Identity> {
  switch (credentials.kind) {
    case 'password': {
      const { username, password } = credentials;
      return accept(await directory.checkPassword(username, password));
    }
    case 'g4s': {
      const { username, g4scredentials } = credentials;
      return accept(await directory.checkG4sCredentials(username, g4scredentials));
    }
    case 'session':
      return accept(await directory.findSession(credentials.gssnid));
    case 'partner': {
      const { partnerid, partneruserid, loginkey } = credentials;
      const user = await directory.findPartnerUser(partnerid, partneruserid);
      const candidates = [{ groupId: partnerid, partnerUserId: partneruserid }];
      return acceptLoginKey({ directory, user, loginkey, candidates, now });
    }
    case 'loginkey': {
      const { username, loginkey } = credentials;
      const user = await directory.findUser(username);
      const candidates = (user?.memberships ?? []).filter(
        (membership) => groupId === undefined || membership.groupId === groupId,
      );
      return acceptLoginKey({ directory, user, loginkey, candidates, now });
    }
  }
}

function accept(user: DirectoryUser | undefined): Identity {
  if (user === undefined) {
    throw new AuthorizationError('invalid_credentials', 'the credentials are not right');
  }
  return { user, boundGroupId: undefined };
}

interface LoginKeyAttempt {
  readonly directory: Directory;
  readonly user: DirectoryUser | undefined;
  readonly loginkey: string;
  /** The groups and ids that it may have been signed for. */
  readonly candidates: readonly Pick<Membership, 'groupId' | 'partnerUserId'>[];
  readonly now: () => number;
}

const REASONS = {
  expired: 'loginkey_expired',
  too_long: 'loginkey_too_long',
  bad_signature: 'loginkey_bad_signature',
} as const;

/** Nobody's: no directory has a group without a name, and so no API key for it. */
const NOBODY: Pick<Membership, 'groupId' | 'partnerUserId'> = { groupId: '', partnerUserId: '' };

async function acceptLoginKey(attempt: LoginKeyAttempt): Promise<Identity> {
  const { directory, user, loginkey, now } = attempt;
  const candidates = attempt.candidates.length === 0 ? [NOBODY] : attempt.candidates;
  const apiKeys = await directory.findApiKeys(candidates.map(({ groupId }) => groupId));
  let verdict: LoginKeyVerdict = 'bad_signature';
  for (const { groupId, partnerUserId } of candidates) {
    verdict = verifyLoginKey(loginkey, {
      partnerId: groupId,
      partnerUserId: partnerUserId ?? '',
      // Without an id at the customer there is nothing that a login key could be signed for.
      apiKeys: partnerUserId === undefined ? [] : (apiKeys.get(groupId) ?? []),
      now,
    });
    if (verdict === 'valid' && user !== undefined) return { user, boundGroupId: groupId };
  }
  const reason = verdict === 'valid' ? 'bad_signature' : verdict;
  throw new AuthorizationError(REASONS[reason], 'the login key is not good for this user');
}
