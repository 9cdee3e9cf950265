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
 * Scopes that came later, or that only OAuth tokens have. The list is not closed: Glean adds scopes,
 * and tokens may have others.
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

/** Scopes of ours, for endpoints for which Glean names none. See `GLEAN_ENDPOINTS`. */
export const UNDOCUMENTED_ENDPOINT_SCOPES = ['DATASOURCE_ADMIN', 'MESSAGES'] as const;

/** A scope that `GLEAN_ENDPOINTS` or Glean's documentation names. */
export type GleanScope =
  | (typeof GLEAN_SCOPES)[number]
  | (typeof GLEAN_LATER_SCOPES)[number]
  | (typeof UNDOCUMENTED_ENDPOINT_SCOPES)[number];

/**
 * One spelling for each scope: upper case, because tokens have `search` where the documentation has
 * `SEARCH`, and `DOCPERMISSIONS` for the older `DOC_PERMISSIONS`. Only ASCII letters are raised:
 * elsewhere a letter that is none of A to Z could become one of them.
 */
export function normalizeGleanScope(scope: string): string {
  const upper = scope.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
  return upper === 'DOC_PERMISSIONS' ? 'DOCPERMISSIONS' : upper;
}
