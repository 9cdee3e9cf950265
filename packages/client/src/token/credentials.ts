/** The unused members of a set may be left out, or be `''` as in the document's template. */
type Unused<Name extends string> = { readonly [_ in Name]?: '' | undefined };

/**
 * Exactly one of the five complete sets of credentials (Glance, Authorization Token). Another
 * combination does not compile, and is refused with `missing_credentials` where nothing compiles.
 */
export type CredentialSet =
  | ({
      /** Account user name. */
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
      /** A login key, made and signed by your server. */
      readonly loginkey: string;
    } & Unused<'password' | 'gssnid' | 'partnerid' | 'partneruserid' | 'g4scredentials'>)
  | ({
      /** The id of a log-in session of the web site. */
      readonly gssnid: string;
    } & Unused<
      'username' | 'password' | 'partnerid' | 'partneruserid' | 'loginkey' | 'g4scredentials'
    >)
  | ({
      /** Usually the same as the group's id. */
      readonly partnerid: number | string;
      /** Your own id of the user. */
      readonly partneruserid: string;
      readonly loginkey: string;
    } & Unused<'username' | 'password' | 'gssnid' | 'g4scredentials'>);

/**
 * Whose credentials they were, without any: what a page still knows after a reload. It finds the token
 * that is cached for that owner; without one it fails with `missing_credentials`, and nothing is asked.
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

/** {@link CredentialOwner}: a session has no name besides its secret. */
const OWNERS = ['username', 'partnerid partneruserid'];

/** What was given, without unused members. */
export interface GivenCredentials {
  readonly members: Readonly<Record<string, string | number>>;
  /** Whether a service can be asked with them. */
  readonly isComplete: boolean;
}

/** The one complete set, else the one owner; `undefined` if there is none or more than one. */
export function readCredentialSet(credentials: unknown): GivenCredentials | undefined {
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
 * Whom the credentials stand for, as the cache tells subjects apart. A session id is a secret of its
 * own and is written nowhere: a digest stands for it.
 */
export function readSubject(set: Readonly<Record<string, string | number>>): readonly string[] {
  if (set['gssnid'] !== undefined) return ['session', digest(String(set['gssnid']))];
  if (set['username'] !== undefined) return ['user', String(set['username'])];
  return ['partner', String(set['partnerid']), String(set['partneruserid'])];
}

/**
 * Two rounds of FNV-1a with different starts: 64 bits that tell session ids apart. It need not resist
 * an attacker, who would have to be a script of this very page, and `crypto.subtle` is asynchronous and
 * absent from pages without TLS.
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
