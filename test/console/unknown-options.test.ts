import * as admin from '@mandate/console';
import type { Exports } from '@mandate/exports';
import { createMemoryTokenStore, createTokenAuthority } from '@mandate/tokens';
import { describeUnknownOptions } from '../support/unknown-options.js';

const authority = createTokenAuthority({ store: createMemoryTokenStore() });
const authorizeAdmin = () => undefined;

describeUnknownOptions([admin], {
  createConsole: (unknown) =>
    admin.createConsole({ authorizeAdmin, tokens: { authority }, ...unknown }),
  'createConsole: tokens': (unknown) =>
    admin.createConsole({ authorizeAdmin, tokens: { authority, ...unknown } }),
  'createConsole: exports': (unknown) =>
    admin.createConsole({ authorizeAdmin, exports: { service: {} as Exports, ...unknown } }),
});
