import * as oauth from 'oauth4webapi';
import type { GuardedFetch } from '../fetch/guarded-fetch.js';
import type { ClientAuthentication } from '../model/connection-settings.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { toClientSecretContext } from '../secrets/secret-context.js';
import type { Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { PRESETS } from './presets.js';
import type { ProviderProblem } from './provider-failure.js';
import {
  type ProviderClientParts,
  requestTokens,
  sendRequest,
  type TokenResult,
} from './provider-request.js';

/** A connection's provider, with the client secret opened. */
export interface Provider {
  readonly connection: StoredConnection;
  readonly clientSecret: string;
}

export interface CodeExchange {
  /** The result of {@link oauth.validateAuthResponse}. */
  readonly parameters: URLSearchParams;
  readonly redirectUri: string;
  /** `undefined` without PKCE. */
  readonly verifier: string | undefined;
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
  /** Requests a token with the client's own credentials (RFC 6749 §4.4). */
  request(provider: Provider): Promise<TokenResult>;
  /** Revokes tokens (RFC 7009). @returns the problem; `undefined` also without a revocation endpoint. */
  revoke(provider: Provider, tokens: Tokens): Promise<ProviderProblem | undefined>;
}

/**
 * Converts a connection to the server metadata of `oauth4webapi`.
 *
 * @internal because published types must not name a package that is an ES module only.
 */
export function toServer(connection: StoredConnection): oauth.AuthorizationServer {
  const { issuer, tokenEndpoint = '', revocationEndpoint } = connection;
  const { authorizationEndpoint = tokenEndpoint } = connection;
  return {
    issuer: issuer ?? new URL(authorizationEndpoint).origin,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    authorization_response_iss_parameter_supported: issuer !== undefined,
    ...(revocationEndpoint === undefined ? {} : { revocation_endpoint: revocationEndpoint }),
  };
}

export function createProviderClient(parts: ProviderClientParts): ProviderClient {
  return new OAuthProviderClient(parts);
}

function toRequestOptions(fetch: GuardedFetch) {
  return {
    [oauth.customFetch]: fetch,
    // The guarded fetch is stricter: it allows requests without TLS to this machine only.
    [oauth.allowInsecureRequests]: true,
  };
}

class OAuthProviderClient implements ProviderClient {
  readonly #parts: ProviderClientParts;
  readonly #options: ReturnType<typeof toRequestOptions>;

  constructor(parts: ProviderClientParts) {
    this.#parts = parts;
    this.#options = toRequestOptions(parts.fetch);
  }

  async exchange(provider: Provider, exchange: CodeExchange): Promise<TokenResult> {
    const { parameters, redirectUri, verifier } = exchange;
    const { server, client, authentication } = toRequest(provider);
    const { connection } = provider;
    return requestTokens({ ...this.#parts, connection, operation: 'exchange' }, () =>
      oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        redirectUri,
        verifier ?? oauth.nopkce,
        this.#options,
      ),
    );
  }

  async refresh(provider: Provider, refreshToken: string): Promise<TokenResult> {
    const { server, client, authentication } = toRequest(provider);
    const { connection } = provider;
    return requestTokens({ ...this.#parts, connection, operation: 'refresh' }, () =>
      oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, this.#options),
    );
  }

  async request(provider: Provider): Promise<TokenResult> {
    const { server, client, authentication } = toRequest(provider);
    const { connection } = provider;
    const separator = PRESETS[connection.preset].scopeSeparator;
    const scope = connection.scopes.join(separator);
    const parameters = new URLSearchParams(scope === '' ? {} : { scope });
    return requestTokens({ ...this.#parts, connection, operation: 'client_credentials' }, () =>
      oauth.clientCredentialsGrantRequest(
        server,
        client,
        authentication,
        parameters,
        this.#options,
      ),
    );
  }

  async revoke(
    provider: Provider,
    { refreshToken, accessToken }: Tokens,
  ): Promise<ProviderProblem | undefined> {
    const { server, client, authentication } = toRequest(provider);
    if (server.revocation_endpoint === undefined) return undefined;
    const send = (token: string) =>
      sendRequest({ ...this.#parts, connection: provider.connection, operation: 'revoke' }, () =>
        oauth.revocationRequest(server, client, authentication, token, this.#options),
      );
    if (refreshToken === undefined) return (await send(accessToken)).problem;
    const { problem } = await send(refreshToken);
    // Most providers revoke the access token as well, but RFC 7009 §2.1 does not require it.
    await send(accessToken);
    return problem;
  }
}

/** @throws Error if the client secret cannot be opened. */
export async function openProvider(
  box: SecretBox,
  connection: StoredConnection,
): Promise<Provider> {
  const { sealedClientSecret } = connection;
  if (sealedClientSecret === undefined) throw new Error('this connection has no client secret');
  const context = toClientSecretContext(connection);
  return { connection, clientSecret: await box.open(sealedClientSecret, context) };
}

function toRequest({ connection, clientSecret }: Provider) {
  const { clientId = '', clientAuthentication } = connection;
  return {
    server: toServer(connection),
    client: { client_id: clientId },
    authentication: CLIENT_AUTHENTICATIONS[clientAuthentication](clientSecret),
  };
}

const CLIENT_AUTHENTICATIONS: Readonly<
  Record<ClientAuthentication, (clientSecret: string) => oauth.ClientAuth>
> = {
  client_secret_post: oauth.ClientSecretPost,
  client_secret_basic: oauth.ClientSecretBasic,
  client_secret_basic_raw: (secret) => (_server, client, _body, headers) => {
    const credentials = Buffer.from(`${client.client_id}:${secret}`).toString('base64');
    headers.set('authorization', `Basic ${credentials}`);
  },
};
