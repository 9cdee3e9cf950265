import { type Case, type CaseRequest, type Line, rejected, send } from '../../case.js';
import { scoped, token, USER } from '../../tokens.js';

const cookie = `Cookie: session=${await USER}`;
const ORIGIN = 'Origin: https://app.example';

/** Requests with a token that only a cookie holds, which no page of this origin sent. */
export const HOSTILE_PAGES: readonly Case[] = [
  ...[
    ...['same-origin, same-origin', 'same-origin, cross-site', 'same-origin cross-site'],
    ...['SAME-ORIGIN', 'same_origin', '"same-origin"', 'same-origin;', 'same-origin;v=1'],
    ...['sameorigin', 'same-originx', 'xsame-origin', 'null', '*', '1', 'true', 'same-site'],
  ].map((value) =>
    fromPage(`Sec-Fetch-Site: ${value}`, [`Sec-Fetch-Site: ${value}`, ORIGIN] as const),
  ),
  ...[
    ...['https://app.example:443', 'https://app.example:444', 'https://app.example.'],
    ...['https://sub.app.example', 'https://example', 'https://xapp.example'],
    ...['https://app.example.evil.example', 'https://app.example%2eevil.example'],
    ...['https://user@app.example', 'https://evil.example@app.example'],
    ...['https://app.example, https://evil.example', 'https://evil.example https://app.example'],
    ...['https://app.example?', 'https://app.example#', 'https://app.example\\'],
    ...['https:app.example', 'https:/app.example', '//app.example', 'app.example', 'https://'],
    ...['https://APP.example', 'Https://app.example', 'wss://app.example', 'ws://app.example'],
    ...['file://', 'about:blank', 'data:', 'chrome-extension://app.example', '*', 'undefined'],
    ...['NULL', '"null"', 'https://app.example/search', 'https://\xe0pp.example'],
  ].map((value) => fromPage(`Origin: ${value}`, [`Origin: ${value}`])),
  fromPage('an empty Origin', ['Origin:']),
  fromPage('a referrer, and an empty Origin', ['Origin:', 'Referer: https://app.example/']),
  fromPage('Host that is an accepted origin', ['Host: app.example']),
  fromPage('X-Requested-With', ['X-Requested-With: XMLHttpRequest']),
  fromPage('X-CSRF-Token', ['X-CSRF-Token: a']),
  fromPage('X-Forwarded-Host', ['X-Forwarded-Host: app.example', 'Origin: https://evil.example']),
  fromPage('another method in a header', ['X-HTTP-Method-Override: GET']),
  fromPage('a form', ['Content-Type: application/x-www-form-urlencoded']),
  fromPage('JSON as text', ['Content-Type: text/plain']),
  fromPage('an empty Authorization header', ['Authorization:']),
  fromPage('an empty header that may hold the token', ['X-Api-Key:', 'X-Ticket:']),
  fromPage('a preflight of no effect', ['Access-Control-Request-Method: POST']),
  ...['websocket', 'WebSocket', 'h2c', 'h2c, websocket', ''].flatMap((protocol) => [
    toCase(`an upgrade to "${protocol}" from no page`, upgrade(protocol)),
    toCase(
      `an upgrade to "${protocol}" from another page`,
      upgrade(protocol, 'Origin: https://evil.example'),
    ),
  ]),
  toCase('an upgrade from another port', upgrade('websocket', 'Origin: https://app.example:8443')),
  toCase('an upgrade over HTTP', upgrade('websocket', 'Origin: http://app.example')),
  toCase('an upgrade to the scheme of sockets', upgrade('websocket', 'Origin: wss://app.example')),
  toCase('an upgrade from a sandboxed page', upgrade('websocket', 'Origin: null')),
  ...(['PUT', 'DELETE'] as const).flatMap((method) => [
    toCase(
      `${method} from another page`,
      send(method, '/docs/7', cookie, 'Origin: https://a.example'),
    ),
    toCase(
      `${method} from a sub-domain`,
      send(method, '/docs/7', cookie, 'Sec-Fetch-Site: same-site'),
    ),
  ]),
  toCase('POST where a token is optional', send('POST', '/news', cookie)),
  toCase(
    'POST where a token is optional, and is invalid',
    send('POST', '/news', 'Cookie: session=bad'),
  ),
  toCase('POST of a token that may act as any user', await actingAs()),
  toCase(
    'POST without the scope',
    send('POST', '/people', `Cookie: session=${await scoped('CHAT')}`),
  ),
];

function fromPage(what: string, lines: readonly Line[]): Case {
  return toCase(what, send('POST', '/search', cookie, ...lines));
}

function upgrade(protocol: string, ...lines: readonly Line[]): CaseRequest {
  return send('GET', '/me', cookie, `Upgrade: ${protocol}`, ...lines);
}

async function actingAs(): Promise<CaseRequest> {
  const global = await token({ sub: 'robot', permission: 'GLOBAL' });
  return send('POST', '/search', `Cookie: session=${global}`, 'X-Glean-ActAs: ada@example.com');
}

function toCase(what: string, request: CaseRequest): Case {
  return { name: `Hostile page: ${what}`, request, expect: rejected('cross_site') };
}
