import type { Case } from '../case.js';
import { ACT_AS } from './act-as.js';
import { CREDENTIALS } from './credentials.js';
import { ERRORS } from './errors.js';
import { GROUPS } from './groups.js';
import { SCOPES } from './scopes.js';

/** The specification of Mandate, by topic. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  credentials: CREDENTIALS,
  'act as': ACT_AS,
  groups: GROUPS,
  scopes: SCOPES,
  errors: ERRORS,
};
