import * as oauth from 'oauth4webapi';
import { FetchFailure } from '../fetch/fetch-failure.js';
import type { GuardedFetch } from '../fetch/guarded-fetch.js';
import { findUrlProblem } from '../fetch/guarded-url.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { toClientSecretContext } from '../secrets/secret-context.js';
import type { Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/export-store.js';
import { PRESETS } from './preset.js';
import {
  type ProviderOperation,
  type ProviderProblem,
  toProviderProblem,
} from './provider-failure.js';

/** A connection's provider, with the client secret opened. */
export interface Provider {
  readonly connection: StoredConnection;
  readonly clientSecret: string;
}

export type TokenResult =
  | { readonly tokens: Tokens; readonly problem?: undefined }
  | { readonly tokens?: undefined; readonly problem: ProviderProblem };

export interface CodeExchange {
  /** The result of {@link oauth.validateAuthResponse}. */
  readonly parameters: URLSearchParams;
  readonly redirectUri: string;
  readonly verifier: string;
}

/**
 * Sends requests to a provider's endpoints. A promise is not rejected because of a provider's answer, or
 * a missing one.
 */
export interface ProviderClient {
  /** Exchanges a code for tokens (RFC 6749 §4.1.3). */
  exchange(provider: Provider, exchange: CodeExchange): Promise<TokenResult>;
  /** Refreshes tokens (RFC 6749 §6). A result without a refresh token means that the old one stays valid. */
  refresh(provider: Provider, refreshToken: string): Promise<TokenResult>;
  /** Revokes tokens (RFC 7009). @returns the problem; `undefined` also without a revocation endpoint. */
  revoke(provider: Provider, tokens: Tokens): Promise<ProviderProblem | undefined>;
}

export interface ProviderClientParts {
  /** Without keep-alive, because a token request must not meet a connection that is being closed. */
  readonly fetch: GuardedFetch;
  readonly allowLoopback: boolean;
  readonly now: () => number;
}

/**
 * Converts a connection to the server metadata of `oauth4webapi`.
 *
 * @internal because published types must not name a package that is an ES module only.
 */
export function toServer(connection: StoredConnection): oauth.AuthorizationServer {
  const { issuer, authorizationEndpoint, tokenEndpoint, revocationEndpoint } = connection;
  return {
    issuer: issuer ?? new URL(authorizationEndpoint).origin,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    authorization_response_iss_parameter_supported: issuer !== undefined,
    ...(revocationEndpoint === undefined ? {} : { revocation_endpoint: revocationEndpoint }),
  };
}

export function createProviderClient(parts: ProviderClientParts): ProviderClient {
  const options = {
    [oauth.customFetch]: parts.fetch,
    // The guarded fetch is stricter: it allows requests without TLS to this machine only.
    [oauth.allowInsecureRequests]: true,
  };
  return {
    async exchange(provider, { parameters, redirectUri, verifier }) {
      const { server, client, authentication } = toRequest(provider);
      return requestTokens('exchange', { ...parts, provider }, () =>
        oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          parameters,
          redirectUri,
          verifier,
          options,
        ),
      );
    },
    async refresh(provider, refreshToken) {
      const { server, client, authentication } = toRequest(provider);
      return requestTokens('refresh', { ...parts, provider }, () =>
        oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options),
      );
    },
    async revoke(provider, { refreshToken, accessToken }) {
      const { server, client, authentication } = toRequest(provider);
      if (server.revocation_endpoint === undefined) return undefined;
      const send = (token: string) =>
        sendRequest('revoke', () =>
          oauth.revocationRequest(server, client, authentication, token, options),
        );
      if (refreshToken === undefined) return (await send(accessToken)).problem;
      const { problem } = await send(refreshToken);
      // Most providers revoke the access token as well, but RFC 7009 §2.1 does not require it.
      await send(accessToken);
      return problem;
    },
  };
}

/** @throws Error if the client secret cannot be opened. */
export async function openProvider(
  box: SecretBox,
  connection: StoredConnection,
): Promise<Provider> {
  const context = toClientSecretContext(connection);
  return { connection, clientSecret: await box.open(connection.sealedClientSecret, context) };
}

function toRequest({ connection, clientSecret }: Provider) {
  const isPost = connection.clientAuthentication === 'client_secret_post';
  const authentication = isPost
    ? oauth.ClientSecretPost(clientSecret)
    : oauth.ClientSecretBasic(clientSecret);
  return {
    server: toServer(connection),
    client: { client_id: connection.clientId },
    authentication,
  };
}

type ProviderResponse =
  | { readonly response: Response; readonly problem?: undefined }
  | { readonly response?: undefined; readonly problem: ProviderProblem };

async function sendRequest(
  operation: ProviderOperation,
  send: () => Promise<Response>,
): Promise<ProviderResponse> {
  try {
    const response = await send();
    if (response.status === 200) return { response };
    return { problem: toProviderProblem(operation, response.status, await response.text()) };
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    const { status, mayHaveArrived } = error;
    const answer = { status, error: undefined };
    return { problem: { ...answer, code: 'unavailable', mayHaveWorked: mayHaveArrived } };
  }
}

interface TokenRequest extends ProviderClientParts {
  readonly provider: Provider;
}

async function requestTokens(
  operation: ProviderOperation,
  request: TokenRequest,
  send: () => Promise<Response>,
): Promise<TokenResult> {
  const { response, problem } = await sendRequest(operation, send);
  if (problem !== undefined) return { problem };
  const tokens = await readTokens(response, request).catch(() => undefined);
  const { hasInstanceUrl } = PRESETS[request.provider.connection.preset];
  // A refresh without `instance_url` keeps the stored one.
  const isAddressMissing = operation === 'exchange' && hasInstanceUrl && !tokens?.instanceUrl;
  if (tokens !== undefined && !isAddressMissing) return { tokens };
  const answer = { status: response.status, error: undefined };
  return { problem: { ...answer, code: 'response_invalid', mayHaveWorked: true } };
}

/** @throws Error if the answer does not follow RFC 6749 §5.1, or names an address that is not allowed. */
async function readTokens(response: Response, request: TokenRequest): Promise<Tokens> {
  const { connection } = request.provider;
  const body = await oauth.processRefreshTokenResponse(
    toServer(connection),
    { client_id: connection.clientId },
    await withoutIdToken(response),
  );
  const { access_token, refresh_token, expires_in, token_type, instance_url } = body;
  // RFC 6750 §2.1: only printable ASCII fits into the header. A token bound to a key cannot be used here.
  if (token_type !== 'bearer' || !/^[\x21-\x7e]{1,16384}$/.test(access_token)) {
    throw new Error('the access token cannot be sent as a bearer token');
  }
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    instanceUrl: toInstanceOrigin(instance_url, request),
    ...toTokenTimes(expires_in, request.now()),
  };
}

/** Removes the ID token, which is not requested and not verified, and members that are `null`. */
async function withoutIdToken(response: Response): Promise<Response> {
  const { id_token: _, ...body } = JSON.parse(await response.text());
  const entries = Object.entries(body).filter(([, value]) => value !== null);
  return new Response(JSON.stringify(Object.fromEntries(entries)), {
    headers: { 'content-type': 'application/json' },
  });
}

function toInstanceOrigin(value: unknown, request: TokenRequest): string | undefined {
  const { hasInstanceUrl } = PRESETS[request.provider.connection.preset];
  if (!hasInstanceUrl || value === undefined) return undefined;
  if (typeof value !== 'string' || findUrlProblem(value, request.allowLoopback) !== undefined) {
    throw new Error('tokens must not be sent to this instance_url');
  }
  return new URL(value).origin;
}

/** Refreshes a minute before expiry; a token that lives less than two minutes, half-way. */
function toTokenTimes(expiresInSeconds: number | undefined, nowMs: number) {
  // Without a lifetime, the token is used until the receiver rejects it.
  if (!expiresInSeconds) return { renewAtMs: undefined, expiresAtMs: undefined };
  const lifetimeMs = expiresInSeconds * 1000;
  const renewAtMs = nowMs + Math.max(lifetimeMs - 60_000, lifetimeMs / 2);
  return { renewAtMs, expiresAtMs: nowMs + lifetimeMs };
}
