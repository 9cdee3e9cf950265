import type { AuthErrorCode } from '@mandate/core';
import { AUDIENCE } from '../support/tokens.js';
import { NOW } from './tokens.js';

interface Introspected {
  /** The case in words. */
  readonly what: string;
  /** What the caller gets; `undefined` if the token is accepted. */
  readonly code?: AuthErrorCode;
  readonly respond: () => Response | Promise<Response>;
}

const ACTIVE = { active: true, sub: 'ada@example.com', aud: AUDIENCE, exp: NOW + 60 };
const answer = (members: object) => () => Response.json({ ...ACTIVE, ...members });
const text = (body: string) => () => new Response(body);
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  () =>
    new Response(code === 204 || code === 304 ? null : JSON.stringify(ACTIVE), {
      status: code,
      headers,
    });
const json = JSON.stringify(ACTIVE);

const invalid = { code: 'token_invalid' } as const;
const unavailable = { code: 'verifier_unavailable' } as const;

/** What the authorization server answers about each opaque token, by the name behind `insp_`. */
export const INTROSPECTED: Readonly<Record<string, Introspected>> = {
  good: { what: 'an active token', respond: answer({}) },

  inactive: { ...invalid, what: 'active is false', respond: text('{"active":false}') },
  'inactive-in-full': {
    ...invalid,
    what: 'active is false, with claims',
    respond: answer({ active: false }),
  },
  'active-text': {
    ...unavailable,
    what: 'active is the text "true"',
    respond: answer({ active: 'true' }),
  },
  'active-one': { ...unavailable, what: 'active is 1', respond: answer({ active: 1 }) },
  'active-null': { ...unavailable, what: 'active is null', respond: answer({ active: null }) },
  'active-list': { ...unavailable, what: 'active is a list', respond: answer({ active: [true] }) },
  'active-object': { ...unavailable, what: 'active is an object', respond: answer({ active: {} }) },
  'active-missing': {
    ...unavailable,
    what: 'active is missing',
    respond: answer({ active: undefined }),
  },
  'active-case': {
    ...unavailable,
    what: 'active in another case',
    respond: text('{"Active":true,"sub":"eve"}'),
  },
  'active-twice': {
    ...unavailable,
    what: 'active twice',
    respond: text('{"active":false,"active":true}'),
  },
  'active-escaped': {
    ...unavailable,
    what: 'active twice, escaped',
    respond: text('{"active":false,"\\u0061ctive":true}'),
  },
  'sub-twice': {
    ...unavailable,
    what: 'sub twice',
    respond: text('{"active":true,"sub":"ada","sub":"eve"}'),
  },
  nested: { ...unavailable, what: 'claims in a member', respond: text(`{"data":${json}}`) },
  list: { ...unavailable, what: 'a list of claims', respond: text(`[${json}]`) },
  proto: { ...unavailable, what: 'claims in __proto__', respond: text(`{"__proto__":${json}}`) },
  null: { ...unavailable, what: 'the text null', respond: text('null') },
  true: { ...unavailable, what: 'the text true', respond: text('true') },
  string: { ...unavailable, what: 'claims in a string', respond: text(JSON.stringify(json)) },
  empty: { ...unavailable, what: 'nothing', respond: text('') },
  html: { ...unavailable, what: 'a page', respond: text('<!doctype html><title>Log in</title>') },
  jwt: {
    ...unavailable,
    what: 'a JWT',
    respond: text('eyJhbGciOiJub25lIn0.eyJhY3RpdmUiOnRydWV9.'),
  },
  cut: { ...unavailable, what: 'half of the claims', respond: text(json.slice(0, -9)) },
  more: { ...unavailable, what: 'claims, and more behind them', respond: text(`${json}{}`) },
  comment: { ...unavailable, what: 'claims with a comment', respond: text(`${json}//`) },
  huge: {
    ...unavailable,
    what: 'more than 128 KiB',
    respond: answer({ filler: 'x'.repeat(140_000) }),
  },
  deep: {
    ...unavailable,
    what: 'claims that are nested deeply',
    respond: text('{"a":'.repeat(20_000)),
  },

  ...Object.fromEntries(
    [
      201, 202, 204, 206, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 429, 500, 502, 503,
    ].map((code) => [
      `status-${code}`,
      {
        ...unavailable,
        what: `status ${code}`,
        respond: status(code, { location: 'https://evil.example/' }),
      },
    ]),
  ),
  refused: {
    ...unavailable,
    what: 'no connection',
    respond: () => Promise.reject(new Error('ECONNREFUSED 10.0.0.7')),
  },
  slow: {
    ...unavailable,
    what: 'no answer in time',
    respond: () => new Promise<Response>(() => {}),
  },
  endless: {
    ...unavailable,
    what: 'a body that never ends',
    respond: () =>
      new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(1)) })),
  },

  expired: { code: 'token_expired', what: 'an exp in the past', respond: answer({ exp: NOW }) },
  'exp-text': { ...invalid, what: 'an exp that is text', respond: answer({ exp: `${NOW + 60}` }) },
  'exp-infinite': {
    ...invalid,
    what: 'an exp of 1e400',
    respond: text(json.replace(`${NOW + 60}`, '1e400')),
  },
  'exp-ms': { ...invalid, what: 'an exp in milliseconds', respond: answer({ exp: NOW * 1e6 }) },
  'exp-null': { ...invalid, what: 'an exp that is null', respond: answer({ exp: null }) },
  early: { ...invalid, what: 'an nbf in the future', respond: answer({ nbf: NOW + 60 }) },
  'aud-other': {
    ...invalid,
    what: 'another audience',
    respond: answer({ aud: 'https://other.example' }),
  },
  'aud-missing': { ...invalid, what: 'no audience', respond: answer({ aud: undefined }) },
  'aud-null': { ...invalid, what: 'an audience that is null', respond: answer({ aud: null }) },
  'aud-case': {
    ...invalid,
    what: 'the audience in another case',
    respond: answer({ aud: AUDIENCE.toUpperCase() }),
  },
  'aud-part': {
    ...invalid,
    what: 'an audience that begins alike',
    respond: answer({ aud: `${AUDIENCE}.evil.example` }),
  },
  'aud-list': {
    ...invalid,
    what: 'an audience that is a list of lists',
    respond: answer({ aud: [[AUDIENCE]] }),
  },
  'iss-other': {
    ...invalid,
    what: 'another issuer',
    respond: answer({ iss: 'https://evil.example' }),
  },
  'iss-list': {
    ...invalid,
    what: 'an issuer that is a list',
    respond: answer({ iss: ['https://opaque.example'] }),
  },
  'sub-missing': { ...invalid, what: 'no subject', respond: answer({ sub: undefined }) },
  'sub-empty': { ...invalid, what: 'an empty subject', respond: answer({ sub: '' }) },
  'sub-number': { ...invalid, what: 'a numeric subject', respond: answer({ sub: 7 }) },
  'sub-list': {
    ...invalid,
    what: 'a subject that is a list',
    respond: answer({ sub: ['ada@example.com'] }),
  },
  dpop: { ...invalid, what: 'the type DPoP', respond: answer({ token_type: 'DPoP' }) },
  refresh: {
    ...invalid,
    what: 'a refresh token',
    respond: answer({ token_type: 'refresh_token' }),
  },
  'type-list': {
    ...invalid,
    what: 'a type that is a list',
    respond: answer({ token_type: ['Bearer'] }),
  },
  bound: {
    ...invalid,
    what: 'a token that is bound to a key',
    respond: answer({ cnf: { jkt: 'a' } }),
  },
  'scope-number': { ...invalid, what: 'a numeric scope', respond: answer({ scope: 7 }) },
  'scope-object': {
    ...invalid,
    what: 'a scope that is an object',
    respond: answer({ scope: { SEARCH: true } }),
  },
  'act-empty': { ...invalid, what: 'an actor without a name', respond: answer({ act: {} }) },
};

/** Stands for the introspection endpoint: the name of the token chooses the answer. */
export async function fetchIntrospection(_url: unknown, init?: RequestInit): Promise<Response> {
  const token = new URLSearchParams(String(init?.body)).get('token') ?? '';
  const found = INTROSPECTED[token.replace(/^insp_/, '')];
  if (found === undefined) return Response.json({ active: false });
  return found.respond();
}
