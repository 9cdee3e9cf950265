import { fixtureKey, type SignOptions, signToken, validClaims } from '../support/tokens.js';

/** The time of all tests: 2026-01-01T00:00:00Z. */
export const NOW_MS = Date.UTC(2026, 0, 1);
export const NOW = NOW_MS / 1000;

export type Overrides = Readonly<Record<string, unknown>>;

/** Ada's claims, good for an hour. `undefined` leaves a claim out. */
export function claims(overrides: Overrides = {}): Record<string, unknown> {
  return { ...validClaims({ iat: NOW, exp: NOW + 3600 }), ...overrides };
}

/** A good token of Ada's, except for what is overridden. */
export function token(overrides: Overrides = {}, options: SignOptions = {}): Promise<string> {
  return signToken(claims(overrides), options);
}

/** A valid token whose claims end with this JSON text, which no object can express. */
export async function tokenWith(member: string, without: readonly string[] = []): Promise<string> {
  const rest = Object.fromEntries(without.map((name) => [name, undefined]));
  return signToken(`${JSON.stringify(claims(rest)).slice(0, -1)},${member}}`, {
    key: await fixtureKey(),
  });
}

/** Ada's token with these scopes. */
export function scoped(scope: string): Promise<string> {
  return token({ scope });
}

/** A token that may act as any user. */
export const GLOBAL = token({ sub: 'robot', permission: 'GLOBAL', groups: ['admins', 'robots'] });
/** A token without a user. */
export const ANONYMOUS = token({ sub: 'kiosk', permission: 'ANONYMOUS' });
export const USER = token();
