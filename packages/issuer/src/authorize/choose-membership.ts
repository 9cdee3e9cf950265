import type { Membership } from '../directory/directory.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { Identity } from './authenticate.js';

/**
 * Chooses the one group that the token is for.
 *
 * @throws AuthorizationError `group_required`, `not_in_group` or `feature_not_enabled`
 */
export function chooseMembership(
  { user, boundGroupId }: Identity,
  requestedGroupId: string | undefined,
  service: string,
): Membership {
  const groupId = requestedGroupId ?? boundGroupId;
  const [only, ...others] = user.memberships;
  if (groupId === undefined && others.length > 0) {
    throw new AuthorizationError('group_required', 'the user is in several groups; name one');
  }
  const membership =
    groupId === undefined ? only : user.memberships.find((one) => one.groupId === groupId);
  const isBound = boundGroupId === undefined || boundGroupId === groupId;
  if (membership === undefined || !isBound) {
    throw new AuthorizationError('not_in_group', 'the user is not in the group');
  }
  if (!membership.services.includes(service)) {
    throw new AuthorizationError('feature_not_enabled', 'the group does not have the service');
  }
  return membership;
}
