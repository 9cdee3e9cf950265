import type { DirectoryGroup, DirectoryPage, UserPage } from './directory-page.js';

/** A user's place in one group. */
export interface Membership {
  readonly groupId: string;
  /** What the user may do in the group: the scopes of the token. */
  readonly scopes: readonly string[];
  /** The services that the group has subscribed to, such as `presence`. */
  readonly services: readonly string[];
  /** The customer's own id of the user; without one, login keys do not work for this membership. */
  readonly partnerUserId?: string | undefined;
}

export interface DirectoryUser {
  /** Never changes and is never given to anybody else: the token's `sub`. */
  readonly id: string;
  readonly username: string;
  readonly memberships: readonly Membership[];
}

/**
 * Who there is, and how they prove it. An unknown user must be answered like a wrong password, after
 * the same work: otherwise time tells who has an account.
 *
 * What a method throws is a fault (`service_error`), unless it is an `AuthorizationError`.
 */
export interface Directory {
  /** The user, if the password is right. */
  checkPassword(username: string, password: string): Promise<DirectoryUser | undefined>;
  /** The user, if the credentials of Glance for Salesforce are right. */
  checkG4sCredentials(username: string, g4scredentials: string): Promise<DirectoryUser | undefined>;
  findUser(username: string): Promise<DirectoryUser | undefined>;
  /** The member of the group who goes by that id at the customer. */
  findPartnerUser(groupId: string, partnerUserId: string): Promise<DirectoryUser | undefined>;
  /** The user of a log-in session that has not ended. */
  findSession(gssnid: string): Promise<DirectoryUser | undefined>;
  /**
   * The active API keys by group, of those groups. No two groups may have the same one: login keys
   * have no delimiters, and a member of one group could pass for one of the other.
   */
  findApiKeys(groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/**
 * Checks credentials of Glance for Salesforce, which only Glance can. It is called for unknown users
 * too, so that they take as long. Only `true` lets in; what it throws is a fault, and no failed attempt.
 */
export type CheckG4sCredentials = (username: string, g4scredentials: string) => Promise<boolean>;

export interface NewMembership {
  readonly userId: string;
  readonly groupId: string;
  readonly scopes: readonly string[];
  /** No two members of a group may have the same. */
  readonly partnerUserId?: string | undefined;
}

/** A directory of our own, which can be written to. Writes refuse with a {@link DirectoryError}. */
export interface ManagedDirectory extends Directory {
  /** Adds a group, or replaces its services. */
  putGroup(group: { readonly id: string; readonly services: readonly string[] }): Promise<void>;
  /** @throws TypeError if the limit is not a whole number from 1 to 1000. */
  listGroups(page?: DirectoryPage): Promise<readonly DirectoryGroup[]>;
  /** Everybody, or the members of a group. @throws TypeError as above. */
  listUsers(page?: UserPage): Promise<readonly DirectoryUser[]>;
  /**
   * Adds a user, or replaces name and password and ends the user's sessions: a password is often changed
   * because somebody else has it. Without a password, a password does not log in.
   */
  putUser(user: {
    readonly id: string;
    readonly username: string;
    readonly password?: string | undefined;
  }): Promise<void>;
  /** Removes a user with all memberships and sessions. Tokens already issued run out by themselves. */
  removeUser(userId: string): Promise<void>;
  /** Adds a membership, or replaces what it grants. */
  putMembership(membership: NewMembership): Promise<void>;
  removeMembership(userId: string, groupId: string): Promise<void>;
  /**
   * Gives a group another API key, at most two: to rotate, add the new one, change the login key
   * makers, then remove the old one. @returns the key.
   * @throws TypeError if the key is empty.
   */
  addApiKey(groupId: string, apiKey?: string): Promise<string>;
  removeApiKey(groupId: string, apiKey: string): Promise<void>;
  /** Begins a log-in session. @returns its `gssnid`, which is stored as a hash only. */
  createSession(userId: string, expiresAt: Date): Promise<string>;
  endSession(gssnid: string): Promise<void>;
}

/** How many API keys of a group may be active at once. */
export const MAX_API_KEYS = 2;

export type DirectoryFault =
  | 'unknown_user'
  | 'unknown_group'
  | 'username_taken'
  | 'partner_user_id_taken'
  | 'api_key_in_use'
  | 'too_many_api_keys';

/** A refused change of the directory. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code: DirectoryFault;

  constructor(code: DirectoryFault, message: string) {
    super(message);
    this.code = code;
  }
}
