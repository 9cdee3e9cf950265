/** These checks use no schema library, because a server that only verifies tokens should not load one. */

/** RFC 6749 §3.3 */
export const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

/** One e-mail address, with the same rules as the schema: no quotes, no comments, a host name with a dot. */
export const EMAIL =
  /^(?:[A-Za-z0-9_'+-]+\.)*[A-Za-z0-9_'+-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

export const MAX_DESCRIPTION_CHARACTERS = 500;
export const MAX_EMAIL_CHARACTERS = 254;

/** PostgreSQL stores every character except NUL. */
export const isStorable = (text: string): boolean => !text.includes('\0');

export function isDescription(value: unknown): boolean {
  if (typeof value !== 'string' || !isStorable(value)) return false;
  const { length } = value.trim();
  return length >= 1 && length <= MAX_DESCRIPTION_CHARACTERS;
}

export const MAX_GROUP_CHARACTERS = 200;

export const isGroup = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.trim() === value &&
  value.length >= 1 &&
  value.length <= MAX_GROUP_CHARACTERS &&
  isStorable(value);

export const isScope = (value: unknown): value is string =>
  typeof value === 'string' && SCOPE.test(value);

export const isEmail = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_EMAIL_CHARACTERS && EMAIL.test(value);
