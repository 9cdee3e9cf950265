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

const COMPLETE_SETS = [
  ['username', 'password'],
  ['username', 'g4scredentials'],
  ['username', 'loginkey'],
  ['gssnid'],
  ['partnerid', 'partneruserid', 'loginkey'],
] as const;

/** The one complete set, without its unused members; `undefined` if there is none or more than one. */
export function readCredentialSet(
  credentials: unknown,
): Readonly<Record<string, string | number>> | undefined {
  const given = Object.entries({ ...(credentials as Record<string, string | number>) }).filter(
    ([, value]) => isGiven(value),
  );
  const complete = COMPLETE_SETS.filter((names) =>
    names.every((name) => given.some(([key]) => key === name)),
  );
  const [names] = complete;
  if (names === undefined || complete.length > 1) return undefined;
  return Object.fromEntries(given.filter(([key]) => names.some((name) => name === key)));
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
