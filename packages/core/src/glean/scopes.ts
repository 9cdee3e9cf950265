/** The scopes of the Client API's documentation, "Selecting Permissions and Scopes". */
export const GLEAN_SCOPES = [
  'ACTIVITY',
  'AGENTS',
  'ANNOUNCEMENTS',
  'ANSWERS',
  'CHAT',
  'COLLECTIONS',
  'DOCPERMISSIONS',
  'DOCUMENTS',
  'ENTITIES',
  'FEED',
  'FEEDBACK',
  'INSIGHTS',
  'PEOPLE',
  'PINS',
  'SEARCH',
  'SHORTCUTS',
  'SUMMARIZE',
  'VERIFICATION',
] as const;

/**
 * Scopes that Glean added later, or that only OAuth tokens have. Tokens may have other scopes, because Glean
 * keeps adding them.
 */
export const GLEAN_LATER_SCOPES = [
  'AUTH_TOKEN_CREATOR',
  'CONTENT_HIDING',
  'DATA_GOVERNANCE',
  'MCP',
  'SKILLS',
  'TOOLS',
  'TRIGGERS',
] as const;

/** Scopes that Mandate defines for endpoints without a documented scope. See `GLEAN_ENDPOINTS`. */
export const UNDOCUMENTED_ENDPOINT_SCOPES = ['DATASOURCE_ADMIN', 'MESSAGES'] as const;

/** A scope that `GLEAN_ENDPOINTS` or Glean's documentation names. */
export type GleanScope =
  | (typeof GLEAN_SCOPES)[number]
  | (typeof GLEAN_LATER_SCOPES)[number]
  | (typeof UNDOCUMENTED_ENDPOINT_SCOPES)[number];

/**
 * Converts a scope to one spelling: upper case, because tokens have `search` where the documentation has
 * `SEARCH`, and `DOCPERMISSIONS` for the older `DOC_PERMISSIONS`. It converts only ASCII letters, because
 * the upper case of some other letters is one of A to Z.
 *
 * @example
 * normalizeGleanScope('search'); // 'SEARCH'
 */
export function normalizeGleanScope(scope: string): string {
  const upper = scope.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  return upper === 'DOC_PERMISSIONS' ? 'DOCPERMISSIONS' : upper;
}
