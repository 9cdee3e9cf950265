import { isSameAuthorization } from '../secrets/secret-context.js';
import { openTokens, sealTokens, type Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { changeConnection, WITHOUT_AUTHORIZATION } from './change-connection.js';
import type { ConnectionParts } from './connection-parts.js';
import type { AuthorizationResult } from './connections.js';
import { checkLoginResponse, type Login, type LoginEnd, takeLogin } from './login.js';
import { type CodeExchange, openProvider } from './provider.js';
import {
  ProviderFailure,
  type ProviderFailureCode,
  type ProviderProblem,
  toSafeErrorCode,
} from './provider-failure.js';
import type { TokenResult } from './provider-request.js';
import { revokeTokens } from './revoke-tokens.js';

export interface AuthorizationResponse extends LoginEnd {
  readonly redirectUri: string;
}

/** Exchanges the code of an authorization response for tokens and stores them (RFC 6749 §4.1.2 to §4.1.4). */
export async function finishAuthorization(
  parts: ConnectionParts,
  response: AuthorizationResponse,
): Promise<AuthorizationResult> {
  const { connection } = response;
  const login = await takeLogin(parts, response);
  if (typeof login === 'string') return login;
  const result = await exchange(parts, response, login);
  if (result !== 'authorized' && result !== 'authorized_without_refresh_token') {
    await changeConnection(parts.store, connection.id, ({ authorizingUntilMs }) =>
      authorizingUntilMs === undefined ? undefined : { authorizingUntilMs: undefined },
    );
  }
  return result;
}

async function exchange(
  parts: ConnectionParts,
  { connection, parameters, redirectUri }: AuthorizationResponse,
  login: Login,
): Promise<AuthorizationResult> {
  const { id } = connection;
  const checked = checkLoginResponse(connection, parameters, login.state);
  if (checked.error !== undefined) {
    const error = toSafeErrorCode(checked.code ?? '');
    const problem = {
      code: 'authorization_rejected',
      mayHaveWorked: false,
      status: undefined,
    } as const;
    const failure = new ProviderFailure(id, 'authorize', { ...problem, error });
    if (checked.error === 'provider_error') parts.report(failure);
    return checked.error;
  }
  // RFC 6749 §3.1: a parameter must not occur twice.
  const [code = '', ...others] = checked.parameters.getAll('code');
  if (code === '' || others.length > 0) return 'provider_error';
  const verifier = connection.pkce ? login.verifier : undefined;
  const request = { parameters: checked.parameters, redirectUri, verifier };
  const { tokens, problem } = await exchangeCode(parts, connection, request);
  if (tokens !== undefined) return store(parts, { connection, login, tokens });
  parts.report(new ProviderFailure(id, 'exchange', problem));
  return RESULTS[problem.code];
}

/** The administrator must enter a client secret again if it cannot be opened. */
const UNREADABLE: ProviderProblem = {
  code: 'client_rejected',
  mayHaveWorked: false,
  status: undefined,
  error: undefined,
};

async function exchangeCode(
  { box, provider }: ConnectionParts,
  connection: StoredConnection,
  request: CodeExchange,
): Promise<TokenResult> {
  const opened = await openProvider(box, connection).catch(() => undefined);
  if (opened === undefined) return { problem: UNREADABLE };
  return provider.exchange(opened, request);
}

const RESULTS: Readonly<Record<ProviderFailureCode, AuthorizationResult>> = {
  unavailable: 'provider_unavailable',
  busy: 'code_rejected',
  address_rejected: 'address_rejected',
  client_rejected: 'client_rejected',
  grant_rejected: 'code_rejected',
  response_invalid: 'response_invalid',
  authorization_rejected: 'provider_error',
};

interface Authorized {
  readonly connection: StoredConnection;
  readonly login: Login;
  readonly tokens: Tokens;
}

/** New tokens replace the stored ones. A refresh that is running then discards its own. */
async function store(
  parts: ConnectionParts,
  { connection, login, tokens }: Authorized,
): Promise<AuthorizationResult> {
  const { id } = connection;
  const sealedTokens = await sealTokens(parts.box, connection, tokens);
  const isLasting = tokens.refreshToken !== undefined;
  let isKept = false;
  const { isChanged } = await changeConnection(parts.store, id, async (stored) => {
    isKept = !isLasting && (await isRefreshable(parts, stored));
    if (isKept || !isSameAuthorization(connection, stored)) return undefined;
    return {
      ...WITHOUT_AUTHORIZATION,
      sealedTokens,
      authorizedAtMs: parts.now(),
      authorizedBy: login.by,
      status: stored.status === 'disabled' ? 'disabled' : 'active',
    };
  });
  if (isChanged) return isLasting ? 'authorized' : 'authorized_without_refresh_token';
  // The new token is not revoked: at some providers, that would end the earlier grant of the same person.
  if (isKept) return 'refresh_token_missing';
  await revokeTokens(parts, connection, tokens);
  return 'state_unknown';
}

/** Whether the stored authorization can still be refreshed, so that it outlives an access token. */
async function isRefreshable(
  { box }: ConnectionParts,
  connection: StoredConnection,
): Promise<boolean> {
  if (connection.status === 'needs_reauthorization') return false;
  const tokens = await openTokens(box, connection).catch(() => undefined);
  return tokens?.refreshToken !== undefined;
}
