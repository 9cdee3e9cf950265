import { describe } from 'vitest';
import { hasNoBrowser } from './chromium.js';
import { describeStates } from './console-states/describe-states.js';
import { addConnections, EXPORT_STATES } from './console-states/export-states.js';

describe.skipIf(hasNoBrowser)('every page for exports, in every state,', () => {
  describeStates(EXPORT_STATES, addConnections);
});
