import type {
  DirectoryGroup,
  DirectoryPageRequest,
  UserPageRequest,
} from './directory-page-request.js';

/** A user's membership in one group. */
export interface Membership {
  readonly groupId: string;
  /** What the user may do in the group: the scopes of the token. */
  readonly scopes: readonly string[];
  /** The services that the group has subscribed to, such as `presence`. */
  readonly services: readonly string[];
  /** The customer's own id of the user. Required for login keys. */
  readonly partnerUserId?: string | undefined;
}

export interface DirectoryUser {
  /** The token's `sub`. It never changes and is never reused for another user. */
  readonly id: string;
  readonly username: string;
  readonly memberships: readonly Membership[];
}

/**
 * The users and their secrets. An unknown user must be answered like a wrong password, after the
 * same work; otherwise the response time reveals who has an account.
 *
 * An error that a method throws is a fault (`service_error`), unless it is an `AuthorizationError`.
 */
export interface Directory {
  /** The user, if the password is correct. */
  checkPassword(username: string, password: string): Promise<DirectoryUser | undefined>;
  /** The user, if the Glance for Salesforce credentials are correct. */
  checkG4sCredentials(username: string, g4scredentials: string): Promise<DirectoryUser | undefined>;
  findUser(username: string): Promise<DirectoryUser | undefined>;
  /** The member of the group whom the customer knows by that id. */
  findPartnerUser(groupId: string, partnerUserId: string): Promise<DirectoryUser | undefined>;
  /** The user of a log-in session that has not ended. */
  findSession(gssnid: string): Promise<DirectoryUser | undefined>;
  /**
   * The active API keys of each group. Two groups must not share one: login keys have no
   * delimiters, so a member of one group could pass for a member of the other.
   */
  findApiKeys(groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/**
 * Checks Glance for Salesforce credentials, which only Glance can do. It is also called for unknown
 * users, so that they take the same time. Only `true` accepts them. An error is a fault and not a
 * failed attempt.
 */
export type CheckG4sCredentials = (username: string, g4scredentials: string) => Promise<boolean>;

export interface NewMembership {
  readonly userId: string;
  readonly groupId: string;
  readonly scopes: readonly string[];
  /** Unique among the members of a group. */
  readonly partnerUserId?: string | undefined;
}

/**
 * A directory of Mandate, which can be changed. A rejected change throws a {@link DirectoryError}.
 */
export interface ManagedDirectory extends Directory {
  /** Adds a group, or replaces its services. */
  putGroup(group: { readonly id: string; readonly services: readonly string[] }): Promise<void>;
  /** @throws TypeError if the limit is not a whole number from 1 to 1000. */
  listGroups(page?: DirectoryPageRequest): Promise<readonly DirectoryGroup[]>;
  /** Lists all users, or the members of a group. @throws TypeError as for `listGroups`. */
  listUsers(page?: UserPageRequest): Promise<readonly DirectoryUser[]>;
  /**
   * Adds a user, or replaces name and password and ends the user's sessions: a password is often
   * changed because it has leaked. A user without a password cannot log in with one.
   */
  putUser(user: {
    readonly id: string;
    readonly username: string;
    readonly password?: string | undefined;
  }): Promise<void>;
  /**
   * Removes a user with all memberships and sessions. Issued tokens stay valid until they expire.
   */
  removeUser(userId: string): Promise<void>;
  /** Adds a membership, or replaces its grants. */
  putMembership(membership: NewMembership): Promise<void>;
  removeMembership(userId: string, groupId: string): Promise<void>;
  /**
   * Adds an API key to a group, which may have two. To rotate, add the new key, switch the servers
   * that create login keys to it, then remove the old one. @returns the key.
   * @throws TypeError if the key is empty.
   */
  addApiKey(groupId: string, apiKey?: string): Promise<string>;
  removeApiKey(groupId: string, apiKey: string): Promise<void>;
  /** Starts a log-in session. @returns its `gssnid`, of which only a hash is stored. */
  createSession(userId: string, expiresAt: Date): Promise<string>;
  endSession(gssnid: string): Promise<void>;
}

/** The number of API keys that a group may have. */
export const MAX_API_KEYS = 2;

export type DirectoryErrorCode =
  | 'unknown_user'
  | 'unknown_group'
  | 'username_taken'
  | 'partner_user_id_taken'
  | 'api_key_in_use'
  | 'too_many_api_keys';

/**
 * A rejected change of the directory.
 *
 * @example
 * const isTaken = (error: unknown) =>
 *   error instanceof DirectoryError && error.code === 'username_taken';
 */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code: DirectoryErrorCode;

  constructor(code: DirectoryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
