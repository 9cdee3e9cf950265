import type { Case } from '../case.js';
import { ACT_AS } from './act-as.js';
import { CONDITIONS } from './conditions.js';
import { CREDENTIALS } from './credentials.js';
import { CUSTOM_METHODS } from './custom-methods.js';
import { ERRORS } from './errors.js';
import { GROUPS } from './groups.js';
import { HOSTILE_ANSWERS } from './hostile/answers.js';
import { HOSTILE_COOKIES } from './hostile/cookies.js';
import { HOSTILE_PAGES } from './hostile/csrf.js';
import { HOSTILE_INTROSPECTION } from './hostile/introspection.js';
import { HOSTILE_KEYS } from './hostile/keys.js';
import { HOSTILE_PLACES } from './hostile/places.js';
import { HOSTILE_TENANTS } from './hostile/tenants.js';
import { ISSUERS } from './issuers.js';
import { KEYS } from './keys.js';
import { METHODS } from './methods.js';
import { PATHS } from './paths.js';
import { RAW_TOKENS } from './raw-tokens.js';
import { SCOPES } from './scopes.js';
import { STEP_UP } from './step-up.js';
import { TOKEN_ALGORITHMS } from './token-algorithms.js';
import { TOKEN_CLAIMS } from './token-claims.js';
import { TOKEN_PLACES } from './token-places.js';
import { TOKEN_SPELLING } from './token-spelling.js';

/** The specification of Mandate, by topic. The hostile ones begin with `hostile`. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  credentials: CREDENTIALS,
  'places of the token': TOKEN_PLACES,
  'optional tokens and conditions': CONDITIONS,
  'raw tokens': RAW_TOKENS,
  'tokens: spelling': TOKEN_SPELLING,
  'tokens: algorithms': TOKEN_ALGORITHMS,
  'tokens: claims': TOKEN_CLAIMS,
  keys: KEYS,
  issuers: ISSUERS,
  'act as': ACT_AS,
  groups: GROUPS,
  scopes: SCOPES,
  'step-up': STEP_UP,
  paths: PATHS,
  'custom methods and extensions': CUSTOM_METHODS,
  methods: METHODS,
  errors: ERRORS,
  'hostile: cookies': HOSTILE_COOKIES,
  'hostile: pages (CSRF)': HOSTILE_PAGES,
  'hostile: several places, queries': HOSTILE_PLACES,
  'hostile: mixed keys': HOSTILE_KEYS,
  'hostile: tenants': HOSTILE_TENANTS,
  'hostile: introspection': HOSTILE_INTROSPECTION,
  'hostile: callbacks, optional tokens': HOSTILE_ANSWERS,
};
