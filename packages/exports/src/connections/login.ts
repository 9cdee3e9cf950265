import { createHash, timingSafeEqual } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { SecretBox } from '../secrets/secret-box.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection, StoredLogin } from '../store/stored-connection.js';
import { PRESETS } from './presets.js';
import { toServer } from './provider.js';

/** How long a log-in stays open, in milliseconds. */
export const LOGIN_MS = 10 * 60 * 1000;

export interface LoginParts {
  readonly store: ExportStore;
  readonly box: SecretBox;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface LoginStart {
  readonly connection: StoredConnection;
  readonly redirectUri: string;
  readonly session: string;
  readonly by: string;
}

/** Stores a log-in. @returns the URL to send the browser to (RFC 6749 §4.1.1, RFC 7636 §4.3). */
export async function beginLogin(
  { store, box, now, random }: LoginParts,
  { connection, redirectUri, session, by }: LoginStart,
): Promise<URL> {
  const state = `${toText(random(32))}.${connection.id}`;
  const verifier = toText(random(32));
  const login: StoredLogin = {
    stateHash: hash(state),
    connectionId: connection.id,
    sessionHash: hash(session),
    sealedVerifier: await box.seal(verifier, toContext(connection)),
    by,
    expiresAtMs: now() + LOGIN_MS,
  };
  await store.insertLogin(login, now());
  const url = new URL(connection.authorizationEndpoint ?? '');
  const challenge = connection.pkce
    ? {
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }
    : {};
  const parameters = {
    ...PRESETS[connection.preset].authorizationParameters,
    response_type: 'code',
    client_id: connection.clientId ?? '',
    redirect_uri: redirectUri,
    state,
    ...challenge,
    ...(connection.scopes.length === 0
      ? {}
      : { scope: connection.scopes.join(PRESETS[connection.preset].scopeSeparator) }),
  };
  // The endpoint may have a query of its own, but it cannot override these parameters.
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** Returns the connection that a `state` names, whether or not its log-in exists. */
export function parseStateConnection(parameters: URLSearchParams): string | undefined {
  const [state = '', ...others] = parameters.getAll('state');
  const id = /^[\w-]{43}\.([\w-]{1,64})$/.exec(state)?.[1];
  return others.length === 0 ? id : undefined;
}

/** The log-in that a response belongs to. */
export interface Login {
  readonly state: string;
  readonly verifier: string;
  readonly by: string;
}

export interface LoginEnd {
  readonly connection: StoredConnection;
  readonly parameters: URLSearchParams;
  readonly session: string;
}

/** Removes the log-in that a response belongs to and returns it. Its `state` is never accepted again. */
export async function takeLogin(
  { store, box, now }: LoginParts,
  { connection, parameters, session }: LoginEnd,
): Promise<Login | 'state_unknown' | 'session_mismatch'> {
  const [state = '', ...others] = parameters.getAll('state');
  if (state === '' || others.length > 0) return 'state_unknown';
  const login = await store.takeLogin(hash(state));
  if (login?.connectionId !== connection.id || login.expiresAtMs <= now()) return 'state_unknown';
  // A missing cookie may arrive as `undefined` from plain JavaScript.
  if (!isEqual(login.sessionHash, hash(String(session)))) return 'session_mismatch';
  try {
    // Opens only for the provider that the log-in began at, so a code never reaches another provider.
    const verifier = await box.open(login.sealedVerifier, toContext(connection));
    return { state, verifier, by: login.by };
  } catch {
    return 'state_unknown';
  }
}

export type LoginResponse =
  | { readonly parameters: URLSearchParams; readonly error?: undefined }
  | { readonly error: 'issuer_mismatch' | 'denied' | 'provider_error'; readonly code?: string };

/** Checks an authorization response whose `state` is known (RFC 6749 §4.1.2, RFC 9207 §2.4). */
export function checkLoginResponse(
  connection: StoredConnection,
  parameters: URLSearchParams,
  state: string,
): LoginResponse {
  const issuer = selectIssuer(connection, parameters);
  if (issuer === undefined) return { error: 'issuer_mismatch' };
  const client = { client_id: connection.clientId ?? '' };
  try {
    const server = { ...toServer(connection), issuer };
    return { parameters: oauth.validateAuthResponse(server, client, parameters, state) };
  } catch {
    return toLoginError(parameters.getAll('error'));
  }
}

function toLoginError(errors: readonly string[]): LoginResponse {
  const [code = ''] = errors;
  // Salesforce documents both spellings.
  const isDenied = errors.length === 1 && /^access[_-]denied$/.test(code);
  return { error: isDenied ? 'denied' : 'provider_error', code };
}

/**
 * Returns the issuer that must have sent a response, or `undefined` if `iss` does not match. If no issuer
 * is configured, `iss` must have the origin of the authorization endpoint.
 */
function selectIssuer(
  { issuer, authorizationEndpoint = '' }: StoredConnection,
  parameters: URLSearchParams,
): string | undefined {
  const [sent, ...others] = parameters.getAll('iss');
  if (others.length > 0) return undefined;
  if (issuer !== undefined) return sent === issuer ? issuer : undefined;
  const { origin } = new URL(authorizationEndpoint);
  if (sent === undefined) return origin;
  return URL.canParse(sent) && new URL(sent).origin === origin ? sent : undefined;
}

/** The settings that a log-in is bound to. If one of them changes, the log-in ends. */
function toContext(connection: StoredConnection): string {
  const { id, authorizationEndpoint, tokenEndpoint, issuer = '', clientId, pkce } = connection;
  const provider = JSON.stringify([authorizationEndpoint, tokenEndpoint, issuer, clientId, pkce]);
  return `verifier of ${id} ${hash(provider)}`;
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
