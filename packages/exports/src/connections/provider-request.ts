import { parseLenientJson } from '@mandate/internal/parse-lenient-json';
import type { EgressRules } from '../fetch/egress-rules.js';
import { FetchFailure } from '../fetch/fetch-failure.js';
import type { GuardedFetch } from '../fetch/guarded-fetch.js';
import { parseRetryAfter } from '../fetch/parse-retry-after.js';
import type { Tokens } from '../secrets/tokens.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { parseTokens } from './parse-tokens.js';
import { PRESETS } from './presets.js';
import type { ProviderOperation, ProviderProblem } from './provider-failure.js';
import { toProviderProblem } from './provider-problem.js';

export type TokenResult =
  | { readonly tokens: Tokens; readonly problem?: undefined }
  | { readonly tokens?: undefined; readonly problem: ProviderProblem };

export interface ProviderClientParts {
  /** Without keep-alive, because a token request must not meet a connection that is being closed. */
  readonly fetch: GuardedFetch;
  readonly egress: EgressRules;
  readonly now: () => number;
}

export interface ProviderRequest extends ProviderClientParts {
  readonly operation: ProviderOperation;
  readonly connection: StoredConnection;
}

type ProviderResponse =
  | { readonly status: number; readonly body: unknown; readonly problem?: undefined }
  | { readonly problem: ProviderProblem };

/** Sends a request. A 2xx with an `error` is a refusal, as Slack and Zoho send it. */
export async function sendRequest(
  { operation, connection, now }: ProviderRequest,
  send: () => Promise<Response>,
): Promise<ProviderResponse> {
  try {
    const response = await send();
    const { status } = response;
    const text = await response.text();
    const body = response.ok ? parseLenientJson(text) : undefined;
    if (response.ok && !hasError(body)) return { status, body };
    const notBeforeMs = parseRetryAfter(response.headers.get('retry-after'), now());
    const { errors } = PRESETS[connection.preset];
    const { reauthorizationErrors } = connection;
    const answer = { status, text, notBeforeMs };
    return { problem: toProviderProblem(operation, answer, { errors, reauthorizationErrors }) };
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    const { status, mayHaveArrived } = error;
    const answer = { status, error: undefined };
    return { problem: { ...answer, code: 'unavailable', mayHaveWorked: mayHaveArrived } };
  }
}

function hasError(body: unknown): boolean {
  const isObject = typeof body === 'object' && body !== null;
  return isObject && 'error' in body && typeof body.error === 'string' && body.error !== '';
}

export async function requestTokens(
  request: ProviderRequest,
  send: () => Promise<Response>,
): Promise<TokenResult> {
  const response = await sendRequest(request, send);
  if (response.problem !== undefined) return { problem: response.problem };
  const preset = PRESETS[request.connection.preset];
  const { egress, now, operation } = request;
  try {
    const tokens = parseTokens(response.body, { preset, egress, nowMs: now() });
    // A refresh without `instance_url` keeps the stored one.
    const isAddressMissing =
      operation !== 'refresh' && preset.hasInstanceUrl && tokens.instanceUrl === undefined;
    if (!isAddressMissing) return { tokens };
  } catch {}
  const answer = { status: response.status, error: undefined };
  return { problem: { ...answer, code: 'response_invalid', mayHaveWorked: true } };
}
