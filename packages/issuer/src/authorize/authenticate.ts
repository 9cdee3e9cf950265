import type { Directory, DirectoryUser, Membership } from '../directory/directory.js';
import { type LoginKeyVerdict, verifyLoginKey } from '../directory/login-key.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { AuthorizationRequest } from '../request/authorization-request.js';

/** The owner of the credentials. */
export interface Identity {
  readonly user: DirectoryUser;
  /** The group that the credentials are bound to: a login key is signed for one group. */
  readonly boundGroupId: string | undefined;
}

/**
 * Identifies the owner of the credentials. Neither the answer nor the work reveals whether the user
 * exists: a password is hashed and a signature computed in any case.
 *
 * @throws AuthorizationError `invalid_credentials` or one of the `loginkey_` codes.
 */
export async function authenticate(
  directory: Directory,
  { credentials, groupId }: Pick<AuthorizationRequest, 'credentials' | 'groupId'>,
  now: () => number,
): Promise<Identity> {
  switch (credentials.kind) {
    case 'password': {
      const { username, password } = credentials;
      return toIdentity(await directory.checkPassword(username, password));
    }
    case 'g4s': {
      const { username, g4scredentials } = credentials;
      return toIdentity(await directory.checkG4sCredentials(username, g4scredentials));
    }
    case 'session':
      return toIdentity(await directory.findSession(credentials.gssnid));
    case 'partner': {
      const { partnerid, partneruserid, loginkey } = credentials;
      const user = await directory.findPartnerUser(partnerid, partneruserid);
      const candidates = [{ groupId: partnerid, partnerUserId: partneruserid }];
      return checkLoginKey({ directory, user, loginkey, candidates, now });
    }
    case 'loginkey': {
      const { username, loginkey } = credentials;
      const user = await directory.findUser(username);
      const candidates = (user?.memberships ?? []).filter(
        (membership) => groupId === undefined || membership.groupId === groupId,
      );
      return checkLoginKey({ directory, user, loginkey, candidates, now });
    }
  }
}

function toIdentity(user: DirectoryUser | undefined): Identity {
  if (user === undefined) {
    throw new AuthorizationError('invalid_credentials', 'the credentials are wrong');
  }
  return { user, boundGroupId: undefined };
}

interface LoginKeyAttempt {
  readonly directory: Directory;
  readonly user: DirectoryUser | undefined;
  readonly loginkey: string;
  /** The groups and user ids that the key may be signed for. */
  readonly candidates: readonly Pick<Membership, 'groupId' | 'partnerUserId'>[];
  readonly now: () => number;
}

const ERROR_CODES = {
  expired: 'loginkey_expired',
  too_long: 'loginkey_too_long',
  bad_signature: 'loginkey_bad_signature',
} as const;

/**
 * Stands in for an unknown user, so that a signature is computed. No directory has an API key for a
 * group without a name.
 */
const NO_MEMBERSHIP: Pick<Membership, 'groupId' | 'partnerUserId'> = {
  groupId: '',
  partnerUserId: '',
};

async function checkLoginKey(attempt: LoginKeyAttempt): Promise<Identity> {
  const { directory, user, loginkey, now } = attempt;
  const candidates = attempt.candidates.length === 0 ? [NO_MEMBERSHIP] : attempt.candidates;
  const apiKeys = await directory.findApiKeys(candidates.map(({ groupId }) => groupId));
  let verdict: LoginKeyVerdict = 'bad_signature';
  for (const { groupId, partnerUserId } of candidates) {
    verdict = verifyLoginKey(loginkey, {
      partnerId: groupId,
      partnerUserId: partnerUserId ?? '',
      // A login key is signed for the customer's id of the user, so it needs one.
      apiKeys: partnerUserId === undefined ? [] : (apiKeys.get(groupId) ?? []),
      now,
    });
    if (verdict === 'valid' && user !== undefined) return { user, boundGroupId: groupId };
  }
  const failure = verdict === 'valid' ? 'bad_signature' : verdict;
  throw new AuthorizationError(ERROR_CODES[failure], 'the login key is not valid for this user');
}
