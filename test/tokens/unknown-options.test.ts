import * as tokens from '@mandate/tokens';
import * as admin from '@mandate/tokens/admin';
import { describeUnknownOptions } from '../support/unknown-options.js';

const store = tokens.createMemoryTokenStore();
const authority = tokens.createTokenAuthority({ store });
const authorizeAdmin = () => undefined;

describeUnknownOptions([tokens, admin], {
  createTokenAuthority: (unknown) => tokens.createTokenAuthority({ store, ...unknown }),
  createTokenVerifier: (unknown) => tokens.createTokenVerifier({ store, ...unknown }),
  createTokenAdminHandler: (unknown) =>
    admin.createTokenAdminHandler({ authority, authorizeAdmin, ...unknown }),
  createTokenHasher: (unknown) =>
    tokens.createTokenHasher([{ id: 'a', key: new Uint8Array(32), ...unknown }]),
  createMemoryTokenStore: 'takes no options',
  createTokenFormat: 'takes no options',
  createTokenPattern: 'takes no options',
});
