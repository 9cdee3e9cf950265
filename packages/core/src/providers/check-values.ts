/** @throws TypeError if the option is not a non-empty string without white space. */
export function checkName(owner: string, name: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && /^\S+$/.test(value)) return;
  throw new TypeError(`${owner}: ${name} must be a string without white space, and is required`);
}

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*(?::\\d{1,5})?$`);

/** @throws TypeError if the option is not a host name, such as a URL or an empty string. */
export function checkHost(owner: string, name: string, value: unknown): asserts value is string {
  if (typeof value === 'string' && HOST.test(value)) return;
  throw new TypeError(
    `${owner}: ${name} must be a host name without a scheme, path or slash, such as login.example.com`,
  );
}

/**
 * @param form what the option must look like, for the message.
 * @throws TypeError if the option does not match the pattern.
 */
export function checkForm(
  option: { readonly owner: string; readonly name: string; readonly form: string },
  value: unknown,
  pattern: RegExp,
): asserts value is string {
  if (typeof value === 'string' && pattern.test(value)) return;
  throw new TypeError(`${option.owner}: ${option.name} must be ${option.form}`);
}

/**
 * Checks names of which a token must have one. An empty list would accept no token, and a missing one every
 * token.
 * @throws TypeError if it is not a name or a list of names.
 */
export function toNames(owner: string, name: string, value: unknown): readonly string[] {
  const names: readonly unknown[] = [value].flat();
  const isName = (one: unknown) => typeof one === 'string' && one.trim() !== '';
  if (names.length > 0 && names.every(isName)) return [...(names as readonly string[])];
  throw new TypeError(`${owner}: ${name} must be a name or a list of names, and is required`);
}

/**
 * @throws TypeError if the option is not one of the choices. There is no default, because each choice has a
 * different meaning.
 */
export function checkChoice(
  option: { readonly owner: string; readonly name: string },
  value: unknown,
  choices: readonly string[],
): void {
  if (typeof value === 'string' && choices.includes(value)) return;
  const listed = choices.map((choice) => `'${choice}'`).join(' or ');
  throw new TypeError(`${option.owner}: ${option.name} must be ${listed}`);
}

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
