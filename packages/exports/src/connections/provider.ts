import * as oauth from 'oauth4webapi';
import { FetchFailure } from '../fetch/fetch-failure.js';
import type { GuardedFetch } from '../fetch/guarded-fetch.js';
import { findUrlProblem } from '../fetch/guarded-url.js';
import { toClientSecretContext } from '../secrets/sealed-for.js';
import type { SecretBox } from '../secrets/secret-box.js';
import type { Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/export-store.js';
import { PRESETS } from './preset.js';
import {
  type ProviderOperation,
  type ProviderProblem,
  readProviderProblem,
} from './provider-failure.js';

/** A connection's provider, ready to be asked. */
export interface Provider {
  readonly connection: StoredConnection;
  readonly clientSecret: string;
}

export type TokenAnswer =
  | { readonly tokens: Tokens; readonly problem?: undefined }
  | { readonly tokens?: undefined; readonly problem: ProviderProblem };

export interface CodeExchange {
  /** As {@link oauth.validateAuthResponse} returned them. */
  readonly parameters: URLSearchParams;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** The back channel. Nothing here rejects because of what a provider does. */
export interface ProviderClient {
  /** RFC 6749 §4.1.3 */
  exchange(provider: Provider, exchange: CodeExchange): Promise<TokenAnswer>;
  /** RFC 6749 §6. Tokens without a refresh token mean: the old one is still good. */
  refresh(provider: Provider, refreshToken: string): Promise<TokenAnswer>;
  /** RFC 7009. @returns what went wrong; nothing does where there is nowhere to revoke. */
  revoke(provider: Provider, tokens: Tokens): Promise<ProviderProblem | undefined>;
}

export interface ProviderClientParts {
  /** One that does not use connections again: a request for tokens must not meet one that closes. */
  readonly fetch: GuardedFetch;
  readonly allowLoopback: boolean;
  readonly now: () => number;
}

/**
 * The provider, as `oauth4webapi` describes one.
 * @internal because published types name nothing that is an ES module only.
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
    // The guarded fetch decides, and it is stricter: without TLS to this machine at most.
    [oauth.allowInsecureRequests]: true,
  };
  return {
    async exchange(provider, { parameters, redirectUri, verifier }) {
      const { server, client, authentication } = toRequest(provider);
      return askForTokens('exchange', { ...parts, provider }, () =>
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
      return askForTokens('refresh', { ...parts, provider }, () =>
        oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options),
      );
    },
    async revoke(provider, { refreshToken, accessToken }) {
      const { server, client, authentication } = toRequest(provider);
      if (server.revocation_endpoint === undefined) return undefined;
      const send = (token: string) =>
        ask('revoke', () =>
          oauth.revocationRequest(server, client, authentication, token, options),
        );
      if (refreshToken === undefined) return (await send(accessToken)).problem;
      const { problem } = await send(refreshToken);
      // Most providers end the access token with it; RFC 7009 §2.1 does not oblige them to.
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

type Answer =
  | { readonly response: Response; readonly problem?: undefined }
  | { readonly response?: undefined; readonly problem: ProviderProblem };

async function ask(operation: ProviderOperation, send: () => Promise<Response>): Promise<Answer> {
  try {
    const response = await send();
    if (response.status === 200) return { response };
    return { problem: readProviderProblem(operation, response.status, await response.text()) };
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    const { status, mayHaveArrived } = error;
    const signal = { status, error: undefined };
    return { problem: { ...signal, code: 'unavailable', mayHaveWorked: mayHaveArrived } };
  }
}

interface TokenRequest extends ProviderClientParts {
  readonly provider: Provider;
}

async function askForTokens(
  operation: ProviderOperation,
  request: TokenRequest,
  send: () => Promise<Response>,
): Promise<TokenAnswer> {
  const { response, problem } = await ask(operation, send);
  if (problem !== undefined) return { problem };
  const tokens = await readTokens(response, request).catch(() => undefined);
  const { hasInstanceUrl } = PRESETS[request.provider.connection.preset];
  // A refresh that does not say it again means the same one.
  const isAddressMissing = operation === 'exchange' && hasInstanceUrl && !tokens?.instanceUrl;
  if (tokens !== undefined && !isAddressMissing) return { tokens };
  const signal = { status: response.status, error: undefined };
  return { problem: { ...signal, code: 'response_invalid', mayHaveWorked: true } };
}

/** @throws if the answer is not as RFC 6749 §5.1 says, or names an address that is not allowed. */
async function readTokens(response: Response, request: TokenRequest): Promise<Tokens> {
  const { connection } = request.provider;
  const body = await oauth.processRefreshTokenResponse(
    toServer(connection),
    { client_id: connection.clientId },
    await withoutIdToken(response),
  );
  const { access_token, refresh_token, expires_in, token_type, instance_url } = body;
  // What would end a header, or is bound to a key that nobody has here, cannot be sent (RFC 6750 §2.1).
  if (token_type !== 'bearer' || !/^[\x21-\x7e]{1,16384}$/.test(access_token)) {
    throw new Error('the access token is none that can be sent');
  }
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    instanceUrl: readInstanceUrl(instance_url, request),
    ...readTimes(expires_in, request.now()),
  };
}

/** Who logged in is not asked for, so that it is not to be believed either; `null` means absent. */
async function withoutIdToken(response: Response): Promise<Response> {
  const { id_token: _, ...body } = JSON.parse(await response.text());
  const entries = Object.entries(body).filter(([, value]) => value !== null);
  return new Response(JSON.stringify(Object.fromEntries(entries)), {
    headers: { 'content-type': 'application/json' },
  });
}

function readInstanceUrl(value: unknown, request: TokenRequest): string | undefined {
  const { hasInstanceUrl } = PRESETS[request.provider.connection.preset];
  if (!hasInstanceUrl || value === undefined) return undefined;
  if (typeof value !== 'string' || findUrlProblem(value, request.allowLoopback) !== undefined) {
    throw new Error('instance_url is none that tokens may be sent to');
  }
  return new URL(value).origin;
}

/** A minute before the end, or half-way where that is sooner: a short-lived token is used as well. */
function readTimes(expiresInSeconds: number | undefined, nowMs: number) {
  // Nothing, and nothing sensible, means that nobody knows: it is used until it is refused.
  if (!expiresInSeconds) return { renewAtMs: undefined, expiresAtMs: undefined };
  const lifetimeMs = expiresInSeconds * 1000;
  const renewAtMs = nowMs + Math.max(lifetimeMs - 60_000, lifetimeMs / 2);
  return { renewAtMs, expiresAtMs: nowMs + lifetimeMs };
}
