import type { AuthErrorCode } from '@mandate/core';
import { type Case, get, type Line, rejected } from '../../case.js';
import { token, USER } from '../../tokens.js';

const good = await USER;
const other = await token({ jti: 'token-2' });

/** How a token is sent in each place that the policy lists. */
const PLACES: readonly (readonly [place: string, send: (one: string) => Sent])[] = [
  ['Authorization', (one) => ({ line: `Authorization: Bearer ${one}` })],
  ['X-Api-Key', (one) => ({ line: `X-Api-Key: ${one}` })],
  ['X-Ticket', (one) => ({ line: `X-Ticket: Ticket ${one}` })],
  ['the cookie', (one) => ({ line: `Cookie: session=${one}` })],
  ['the query', (one) => ({ query: `ticket=${one}` })],
  ['a reader', (one) => ({ line: `X-Late-Token: ${one}` })],
];

interface Sent {
  readonly line?: string;
  readonly query?: string;
}

const PAIRS = PLACES.flatMap(([first, sendFirst], index) =>
  PLACES.slice(index + 1).map(([second, sendSecond]) => ({ first, sendFirst, second, sendSecond })),
);

/** Requests with tokens in several places, and queries with several readings. */
export const HOSTILE_PLACES: readonly Case[] = [
  ...PAIRS.map(({ first, sendFirst, second, sendSecond }) =>
    toCase(`two tokens in ${first} and ${second}`, 'credentials_malformed', [
      sendFirst(good),
      sendSecond(other),
    ]),
  ),
  ...PAIRS.filter(({ second }) => second !== 'the query').map(
    ({ first, sendFirst, second, sendSecond }) =>
      toCase(`a valid token in ${first} and garbage in ${second}`, 'credentials_malformed', [
        sendFirst(good),
        sendSecond('x.y.z'),
      ]),
  ),
  toCase('three places, one of which differs', 'credentials_malformed', [
    { line: `X-Api-Key: ${good}` },
    { line: `Cookie: session=${good}` },
    { line: `X-Late-Token: ${other}` },
  ]),
  toCase('two tokens in one header', 'credentials_malformed', [
    { line: `X-Api-Key: ${good}, ${other}` },
  ]),
  toCase('a token, and the same with a dot', 'credentials_malformed', [
    { line: `X-Api-Key: ${good}` },
    { line: `X-Late-Token: ${good}.` },
  ]),
  ...['Basic YTpi', 'DPoP x', `Token ${good}`, good, 'Negotiate'].map((value) =>
    toCase(`the scheme of "${value.slice(0, 9)}" beside a key`, 'credentials_missing', [
      { line: `Authorization: ${value}` },
      { line: `X-Api-Key: ${good}` },
    ]),
  ),
  ...[
    `ticket=${good}&ticket=${good}`,
    `ticket=${good}&ticket=`,
    `ticket=&ticket=${good}`,
    `ticket=${good}&%74icket=${other}`,
    `ticket=${good}&ticke%74=${other}`,
    `ticket=${good}&[ticket]=x`,
    `ticket=${good}&ticket%5B%5D=x`,
    `ticket=${good}&ticket[$ne]=x`,
    `ticket=${good}&ticket.length=1`,
    `ticket[0]=${good}`,
    `ticket%5B0%5D=${good}`,
    `[ticket]=${good}`,
    `ticket=${good}%20`,
    `ticket=+${good}`,
    `ticket=${good}+${other}`,
    `ticket=Bearer%20${good}`,
    `ticket=${good};ticket=${other}`,
    `ticket=${good}%00`,
    `ticket=${good}%0a`,
    `ticket=${good},${other}`,
  ].map((query) =>
    toCase(
      `the query ${query.replaceAll(good, '…').replaceAll(other, '‥')}`,
      'credentials_malformed',
      [{ query }],
    ),
  ),
  ...['TICKET', 'Ticket', 'tickets', 'xticket', 'ticket%00', 'ticket%20', 'access_token'].map(
    (name) =>
      toCase(`the parameter ${name}, which is not listed`, 'credentials_missing', [
        { query: `${name}=${good}` },
      ]),
  ),
  toCase('an invalid token in the query', 'token_invalid', [{ query: 'ticket=bad' }]),
];

function toCase(what: string, code: AuthErrorCode, sent: readonly Sent[]): Case {
  const query = sent.flatMap((one) => one.query ?? []).join('&');
  const lines: readonly Line[] = sent.flatMap((one) => one.line ?? []);
  return {
    name: `Hostile places: ${what}`,
    request: get(query === '' ? '/me' : `/me?${query}`, ...lines),
    expect: rejected(code),
  };
}
