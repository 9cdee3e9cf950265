import { describe } from 'vitest';
import { hasNoBrowser } from './chromium.js';
import { describeStates } from './console-states/describe-states.js';
import { OUTCOME_STATES } from './console-states/outcome-states.js';
import { addTokens, TOKEN_STATES } from './console-states/token-states.js';

describe.skipIf(hasNoBrowser)('every page for tokens, in every state,', () => {
  describeStates({ ...TOKEN_STATES, ...OUTCOME_STATES }, addTokens);
});
