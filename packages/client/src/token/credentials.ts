/** Unused members of a set may be left out, or be `''` as in the document's template. */
type Unused<Name extends string> = { readonly [_ in Name]?: '' | undefined };

/**
 * Exactly one of the five complete sets of credentials (Glance, Authorization Token). Any other
 * combination does not compile, and fails with `missing_credentials` in plain JavaScript.
 */
export type CredentialSet =
  | ({
      /** The user name of the account. */
      readonly username: string;
      readonly password: string;
    } & Unused<'gssnid' | 'partnerid' | 'partneruserid' | 'loginkey' | 'g4scredentials'>)
  | ({
      readonly username: string;
      /** Credentials of the Salesforce integration. */
      readonly g4scredentials: string;
    } & Unused<'password' | 'gssnid' | 'partnerid' | 'partneruserid' | 'loginkey'>)
  | ({
      readonly username: string;
      /** A login key that your server made and signed. */
      readonly loginkey: string;
    } & Unused<'password' | 'gssnid' | 'partnerid' | 'partneruserid' | 'g4scredentials'>)
  | ({
      /** The id of a log-in session of the web site. */
      readonly gssnid: string;
    } & Unused<
      'username' | 'password' | 'partnerid' | 'partneruserid' | 'loginkey' | 'g4scredentials'
    >)
  | ({
      /** Usually the id of the group. */
      readonly partnerid: number | string;
      /** The customer's own id of the user. */
      readonly partneruserid: string;
      readonly loginkey: string;
    } & Unused<'username' | 'password' | 'gssnid' | 'g4scredentials'>);

/**
 * The owner of credentials, without a secret: what a page still knows after a reload. It finds the
 * owner's cached token. Without a cached token it fails with `missing_credentials`, and no request
 * is sent.
 */
export type CredentialOwner =
  | { readonly username: string }
  | { readonly partnerid: number | string; readonly partneruserid: string };

const COMPLETE_SETS = [
  'username password',
  'username g4scredentials',
  'username loginkey',
  'gssnid',
  'partnerid partneruserid loginkey',
];

/** A session is missing here, because it has no name besides its secret. */
const OWNERS = ['username', 'partnerid partneruserid'];

/** Credentials without their unused members. */
export interface ParsedCredentials {
  readonly members: Readonly<Record<string, string | number>>;
  /** Whether the credentials include a secret, so that a service can be asked. */
  readonly isComplete: boolean;
}

/**
 * Finds the one complete set of credentials, or otherwise the one owner. Returns `undefined` if
 * they are missing or ambiguous.
 */
export function parseCredentials(credentials: unknown): ParsedCredentials | undefined {
  const given = { ...(credentials as Record<string, string | number>) };
  const find = (sets: readonly string[]): readonly (readonly string[])[] =>
    sets
      .map((set) => set.split(' '))
      .filter((names) => names.every((name) => isGiven(given[name])));
  const complete = find(COMPLETE_SETS);
  const [names, ...others] = complete.length > 0 ? complete : find(OWNERS);
  if (names === undefined || others.length > 0) return undefined;
  const members = Object.fromEntries(names.map((name) => [name, given[name] ?? '']));
  return { members, isComplete: complete.length > 0 };
}

const isGiven = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value !== '');

/**
 * The subject that the cache files the token under. A session id is itself a secret and is never
 * written to a storage, so its digest takes its place.
 */
export function toSubject(set: Readonly<Record<string, string | number>>): readonly string[] {
  if (set['gssnid'] !== undefined) return ['session', digest(String(set['gssnid']))];
  if (set['username'] !== undefined) return ['user', String(set['username'])];
  return ['partner', String(set['partnerid']), String(set['partneruserid'])];
}

/**
 * Two rounds of FNV-1a with different starts: 64 bits, enough to tell session ids apart. The digest
 * need not resist an attacker, who would already be a script of this page. `crypto.subtle` is
 * asynchronous and missing on pages without TLS.
 */
function digest(text: string): string {
  const round = (start: number): string => {
    let hash = start;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    }
    return (hash >>> 0).toString(36);
  };
  return `${round(0x811c9dc5)}.${round(0x1000193)}`;
}
