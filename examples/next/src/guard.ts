import { createGuard, type Guard } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { createTokenFinder } from '@mandate/core/token-places';

let guard: Guard | undefined;

/** The guard, made when it is first asked: `next build` loads the modules of routes without the settings. */
export function getGuard(): Guard {
  guard ??= createGuard({
    verifiers: [
      createJwtVerifier({
        issuer: readSetting('ISSUER'),
        audience: readSetting('AUDIENCE'),
        keys: createKeySet({ url: readSetting('JWKS_URI') }),
      }),
    ],
    // Programs send the header, and browsers a cookie when they ask for a page.
    token: createTokenFinder([{ header: 'authorization' }, { cookie: '__Host-access_token' }]),
    // By the place of the file that answers: no `basePath`, no locale, no source of a rewrite.
    endpoints: {
      'GET /api/documents/:id': { scopes: ['READ'] },
      'POST /api/documents/:id': { scopes: ['WRITE'] },
      'GET /api/admin': { scopes: ['ADMIN'] },
      'GET /notes': { scopes: ['READ'] },
    },
  });
  return guard;
}

function readSetting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new TypeError(`set ${name}`);
  return value;
}
