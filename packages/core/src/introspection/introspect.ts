import { type JsonObject, parseJsonObject } from '@mandate/internal/parse-json';
import * as oauth from 'oauth4webapi';
import { AuthError } from '../auth-error.js';
import { type FetchLike, fetchText, StatusError } from '../keys/fetch-text.js';
import { type IntrospectionClient, toClientAuth } from './introspection-client.js';

export interface IntrospectSettings {
  readonly endpoint: string;
  /** The audience of a `private_key_jwt`. */
  readonly issuer: string;
  readonly client: IntrospectionClient;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
}

/** Asks the server about a token. Resolves with the claims of an active token, otherwise with `undefined`. */
export type Introspect = (token: string) => Promise<JsonObject | undefined>;

const MAX_BYTES = 128 * 1024;
const RETRY_AFTER_SECONDS = 5;

/**
 * Creates the function that sends introspection requests (RFC 7662 §2.1). It rejects with AuthError
 * `verifier_unavailable` for every answer but a well-formed introspection, because only the server knows the
 * token.
 */
export function createIntrospect(settings: IntrospectSettings): Introspect {
  const authenticate = toClientAuth(settings.client);
  const server = { issuer: settings.issuer, introspection_endpoint: settings.endpoint };
  const client = { client_id: settings.client.id };
  return async (token) => {
    const signal = AbortSignal.timeout(settings.timeoutMs);
    const send: FetchLike = (_url, { signal: deadline }) =>
      oauth.introspectionRequest(server, client, authenticate, token, {
        additionalParameters: { token_type_hint: 'access_token' },
        signal: deadline,
        [oauth.customFetch]: settings.fetch,
        // The endpoint was checked when the verifier was made.
        [oauth.allowInsecureRequests]: true,
      });
    const fetching = { fetch: send, signal, maxBytes: MAX_BYTES };
    const text = await fetchText(settings.endpoint, fetching).catch(throwUnavailable);
    const answer = parseJsonObject(text);
    if (typeof answer?.['active'] !== 'boolean') {
      throw unavailable('the answer of the introspection endpoint is invalid');
    }
    return answer['active'] ? answer : undefined;
  };
}

function throwUnavailable(error: unknown): never {
  if (!(error instanceof StatusError)) {
    throw unavailable('the introspection endpoint cannot be reached', error);
  }
  if (error.status === 401 || error.status === 403) {
    throw unavailable('the introspection endpoint rejects the credentials of this API', error);
  }
  throw unavailable('the introspection endpoint answered with an error', error);
}

function unavailable(reason: string, cause?: unknown): AuthError {
  const options = { retryAfterSeconds: RETRY_AFTER_SECONDS, cause };
  return new AuthError('verifier_unavailable', reason, options);
}
