import type { AuthErrorCode } from '@mandate/core';
import { type Case, get, type Line, rejected } from '../../case.js';
import { NOW, token, USER } from '../../tokens.js';

const good = await USER;
const other = await token({ jti: 'token-2' });

/** Cookies that are spelled in another way, tossed by another site, or hold something else than one valid token. */
export const HOSTILE_COOKIES: readonly Case[] = [
  ...cookies('credentials_missing', [
    ['its name in upper case', `SESSION=${good}`],
    ['its name in another case', `sESSION=${good}`],
    ['a percent-encoded name', `%73ession=${good}`],
    ['a name with a dollar sign', `$session=${good}`],
    ['a name in quotes', `"session"=${good}`],
    ['the prefix __Host-', `__Host-session=${good}`],
    ['the prefix __Secure-', `__Secure-session=${good}`],
    ['an index behind the name', `session[0]=${good}`],
    ['a no-break space before the name', `\xa0session=${good}`],
    ['a no-break space after the name', `session\xa0=${good}`],
    ['no equals sign', `session${good}`],
    ['a colon for an equals sign', `session:${good}`],
    ['no name', good],
    ['an equals sign before the name', `=session=${good}`],
    ['a space for a semicolon before it', `a=b session=${good}`],
    ['its name as the value of another', `a=session=${good}`],
    ['an attribute of a response', `Path=/session; HttpOnly`],
  ]),
  ...cookies('credentials_malformed', [
    ['an empty one before it', `session=; session=${good}`],
    ['an empty one after it', `session=${good}; session=`],
    ['one with a space in the name after it', `session=${good}; session =${other}`],
    ['one with a tab in the name before it', `session\t=${other}; session=${good}`],
    ['the same one behind a comma', `session=${good},session=${good}`],
    ['three of them', `session=${good}; session=${other}; session=${good}`],
    ['a scheme before the token', `session=Bearer ${good}`],
    ['two tokens with a space', `session=${good} ${other}`],
    ['a percent-encoded dot', `session=${good.replace('.', '%2E')}`],
    ['a quotation mark before the token', `session="${good}`],
    ['a quotation mark after the token', `session=${good}"`],
    ['a backslash in the token', `session=${good.replace('.', '\\.')}`],
    ['two equals signs', `session==${good}`],
    ['a character beyond ASCII in the token', `session=${good}\xe9`],
  ]),
  ...cookies('token_invalid', [
    ['half a token', `session=${good.slice(0, good.length / 2)}`],
    ['a token without its signature', `session=${good.slice(0, good.lastIndexOf('.') + 1)}`],
    ['a signed cookie of Express', `session=s:abc.def`.replace(':', '-')],
    ['the word null', 'session=null'],
    ['the word undefined', 'session=undefined'],
    ['the token of another issuer', `session=${await token({ iss: 'https://evil.example' })}`],
    ['a token for another audience', `session=${await token({ aud: 'https://other.example' })}`],
  ]),
  ...cookies('token_expired', [
    ['an expired token', `session=${await token({ iat: NOW - 7200, exp: NOW - 3600 })}`],
  ]),
  ...cookies('token_revoked', [['a revoked token', 'session=mdt_revoked']]),
];

function cookies(
  code: AuthErrorCode,
  rows: readonly (readonly [what: string, cookie: string])[],
): readonly Case[] {
  return rows.map(([what, cookie]) => ({
    name: `Hostile cookie with ${what}: ${code}`,
    request: get('/me', `Cookie: ${cookie}` as Line),
    expect: rejected(code),
  }));
}
