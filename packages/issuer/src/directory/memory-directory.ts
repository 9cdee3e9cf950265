import { checkOptions } from '@mandate/internal/check-options';
import {
  type CheckG4sCredentials,
  DirectoryError,
  type DirectoryUser,
  MAX_API_KEYS,
  type ManagedDirectory,
  type NewMembership,
} from './directory.js';
import {
  cutPage,
  type DirectoryGroup,
  type DirectoryPageRequest,
  type UserPageRequest,
} from './directory-page-request.js';
import { checkApiKey, createApiKey, createSessionId, hashSession } from './directory-secrets.js';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.js';

export interface DirectoryOptions {
  /** Default `createPasswordHasher()`. */
  readonly passwords?: PasswordHasher | undefined;
  /** Default: reject all Glance for Salesforce credentials. */
  readonly checkG4sCredentials?: CheckG4sCredentials | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Keeps a directory in memory, for tests and trials. It is lost when the process ends.
 *
 * @throws TypeError if an option is unknown.
 *
 * @example
 * const agents = createMemoryDirectory();
 * await agents.putGroup({ id: '12345', services: ['presence'] });
 * await agents.putUser({ id: 'u-1', username: 'agent@example.com', password: 'a long one' });
 * await agents.putMembership({ userId: 'u-1', groupId: '12345', scopes: ['PRESENCE'] });
 */
export function createMemoryDirectory(options: DirectoryOptions = {}): ManagedDirectory {
  checkOptions<DirectoryOptions>('createMemoryDirectory', options, {
    passwords: true,
    checkG4sCredentials: true,
    now: true,
  });
  return new MemoryDirectory(options);
}

interface User {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string | undefined;
}

class MemoryDirectory implements ManagedDirectory {
  readonly #passwords: PasswordHasher;
  readonly #checkG4s: CheckG4sCredentials;
  readonly #now: () => number;
  readonly #groups = new Map<string, readonly string[]>();
  readonly #users = new Map<string, User>();
  readonly #memberships = new Map<string, NewMembership>();
  readonly #apiKeys = new Map<string, string[]>();
  readonly #sessions = new Map<string, { readonly userId: string; readonly untilMs: number }>();

  constructor(options: DirectoryOptions) {
    this.#passwords = options.passwords ?? createPasswordHasher();
    this.#checkG4s = options.checkG4sCredentials ?? (async () => false);
    this.#now = options.now ?? Date.now;
  }

  async checkPassword(username: string, password: string): Promise<DirectoryUser | undefined> {
    const user = this.#findByName(username);
    const isRight = await this.#passwords.verify(password, user?.passwordHash);
    if (user === undefined || !isRight) return undefined;
    await this.#renewHash(user, password).catch(() => {}); // the next log-in tries again
    return this.#toUser(user);
  }

  async checkG4sCredentials(
    username: string,
    g4scredentials: string,
  ): Promise<DirectoryUser | undefined> {
    const isRight = await this.#checkG4s(username, g4scredentials);
    return isRight === true ? this.findUser(username) : undefined; // a truthy value is not enough
  }

  async findUser(username: string): Promise<DirectoryUser | undefined> {
    const user = this.#findByName(username);
    return user && this.#toUser(user);
  }

  async findPartnerUser(
    groupId: string,
    partnerUserId: string,
  ): Promise<DirectoryUser | undefined> {
    const membership = this.#findPartner(groupId, partnerUserId);
    const user = membership && this.#users.get(membership.userId);
    return user && this.#toUser(user);
  }

  async findSession(gssnid: string): Promise<DirectoryUser | undefined> {
    const session = this.#sessions.get(hashSession(gssnid));
    const user = session && this.#users.get(session.userId);
    return user && session.untilMs > this.#now() ? this.#toUser(user) : undefined;
  }

  async findApiKeys(groupIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return new Map(groupIds.map((groupId) => [groupId, [...(this.#apiKeys.get(groupId) ?? [])]]));
  }

  async putGroup(group: {
    readonly id: string;
    readonly services: readonly string[];
  }): Promise<void> {
    this.#groups.set(group.id, [...group.services]);
  }

  async listGroups(page: DirectoryPageRequest = {}): Promise<readonly DirectoryGroup[]> {
    const groups = [...this.#groups].map(([id, services]) => ({ id, services }));
    return cutPage(groups, page);
  }

  async listUsers(page: UserPageRequest = {}): Promise<readonly DirectoryUser[]> {
    const users = [...this.#users.values()].map((user) => this.#toUser(user));
    const { groupId } = page;
    const isMember = ({ memberships }: DirectoryUser) =>
      groupId === undefined || memberships.some((one) => one.groupId === groupId);
    return cutPage(users.filter(isMember), page);
  }

  async putUser({
    id,
    username,
    password,
  }: Parameters<ManagedDirectory['putUser']>[0]): Promise<void> {
    const passwordHash = password === undefined ? undefined : await this.#passwords.hash(password);
    const other = this.#findByName(username);
    if (other !== undefined && other.id !== id) {
      throw new DirectoryError('username_taken', 'another user has that name');
    }
    this.#users.set(id, { id, username, passwordHash });
    this.#endSessions(id);
  }

  async removeUser(userId: string): Promise<void> {
    this.#users.delete(userId);
    for (const [key, membership] of this.#memberships) {
      if (membership.userId === userId) this.#memberships.delete(key);
    }
    this.#endSessions(userId);
  }

  #endSessions(userId: string): void {
    for (const [hash, session] of this.#sessions) {
      if (session.userId === userId) this.#sessions.delete(hash);
    }
  }

  async putMembership(membership: NewMembership): Promise<void> {
    const { userId, groupId, partnerUserId } = membership;
    this.#requireUser(userId);
    this.#requireGroup(groupId);
    const other =
      partnerUserId === undefined ? undefined : this.#findPartner(groupId, partnerUserId);
    if (other !== undefined && other.userId !== userId) {
      throw new DirectoryError('partner_user_id_taken', 'another member of the group has that id');
    }
    this.#memberships.set(toKey(userId, groupId), membership);
  }

  async removeMembership(userId: string, groupId: string): Promise<void> {
    this.#memberships.delete(toKey(userId, groupId));
  }

  async addApiKey(groupId: string, apiKey = createApiKey()): Promise<string> {
    checkApiKey(apiKey);
    this.#requireGroup(groupId);
    if ([...this.#apiKeys.values()].flat().includes(apiKey)) {
      throw new DirectoryError('api_key_in_use', 'a group already has that API key');
    }
    const own = this.#apiKeys.get(groupId) ?? [];
    if (own.length >= MAX_API_KEYS) {
      throw new DirectoryError('too_many_api_keys', 'the group already has two API keys');
    }
    this.#apiKeys.set(groupId, [...own, apiKey]);
    return apiKey;
  }

  async removeApiKey(groupId: string, apiKey: string): Promise<void> {
    const own = this.#apiKeys.get(groupId) ?? [];
    this.#apiKeys.set(
      groupId,
      own.filter((key) => key !== apiKey),
    );
  }

  async createSession(userId: string, expiresAt: Date): Promise<string> {
    this.#requireUser(userId);
    const gssnid = createSessionId();
    this.#sessions.set(hashSession(gssnid), { userId, untilMs: expiresAt.getTime() });
    return gssnid;
  }

  async endSession(gssnid: string): Promise<void> {
    this.#sessions.delete(hashSession(gssnid));
  }

  async #renewHash({ id, passwordHash = '' }: User, password: string): Promise<void> {
    const renewed = await this.#passwords.renew(password, passwordHash);
    const user = this.#users.get(id);
    // The password may have been changed in the meantime.
    if (renewed === undefined || user?.passwordHash !== passwordHash) return;
    this.#users.set(id, { ...user, passwordHash: renewed });
  }

  #findByName(username: string): User | undefined {
    return [...this.#users.values()].find((user) => user.username === username);
  }

  #findPartner(groupId: string, partnerUserId: string): NewMembership | undefined {
    return [...this.#memberships.values()].find(
      (one) => one.groupId === groupId && one.partnerUserId === partnerUserId,
    );
  }

  #toUser({ id, username }: User): DirectoryUser {
    const memberships = [...this.#memberships.values()]
      .filter(({ userId }) => userId === id)
      .map(({ groupId, scopes, partnerUserId }) => {
        const services = this.#groups.get(groupId) ?? [];
        return { groupId, scopes, services, partnerUserId };
      });
    return { id, username, memberships };
  }

  #requireUser(userId: string): void {
    if (!this.#users.has(userId)) throw new DirectoryError('unknown_user', 'the user is unknown');
  }

  #requireGroup(groupId: string): void {
    if (this.#groups.has(groupId)) return;
    throw new DirectoryError('unknown_group', 'the group is unknown');
  }
}

const toKey = (userId: string, groupId: string): string => JSON.stringify([userId, groupId]);
