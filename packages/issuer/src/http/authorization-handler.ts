import type { FetchContext, FetchHandler } from '@mandate/core';
import { checkBasePath, toPathBelow } from '@mandate/internal/base-path';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { toHeadResponse, toRouteMethod } from '@mandate/internal/head-requests';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
import { toProblemResponse } from '@mandate/internal/problem';
import type { AuthorizationService } from '../authorize/authorization-service.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { Authorization } from '../request/authorization-request.js';
import { buildMetadata } from './build-metadata.js';
import { checkService } from './check-service.js';
import { createCors } from './cors.js';
import { parseAuthorizationRequest } from './parse-authorization-request.js';
import { hasKnownCoding } from './read-content.js';
import { readFields } from './read-fields.js';

export interface AuthorizationHandlerOptions {
  readonly service: AuthorizationService;
  /**
   * The mount point, if the host does not remove it from the path: `/auth` on Hono. Default: the
   * root.
   */
  readonly basePath?: string | undefined;
  /**
   * Origins whose pages may request tokens, exactly as browsers write them:
   * `https://agents.example.com`, or `capacitor://localhost` of an app. Default: only pages of the
   * service's own origin.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Request headers that those pages may send besides `content-type`, such as `traceparent`.
   * Browsers block a request with any other header. Default: none.
   */
  readonly allowedHeaders?: readonly string[] | undefined;
  /**
   * Adds `authToken` and `authTokeExp` (sic, seven fractional digits) to answers, the spellings of
   * the Glance service. Default `false`.
   */
  readonly glanceFields?: boolean | undefined;
  /** Returns the address of the caller. Default: `remoteAddress` of the host. */
  readonly getAddress?:
    | ((request: Request, context: FetchContext) => string | undefined)
    | undefined;
  /**
   * Receives faults. The caller sees only `service_error`. Errors and rejections of `onError` are
   * ignored. By default the name of a fault is written with `console.warn`, at most once a minute;
   * `null` writes nothing.
   */
  readonly onError?: ((error: unknown) => void) | null | undefined;
}

const OPTIONS: OptionNames<AuthorizationHandlerOptions> = {
  service: true,
  basePath: true,
  allowedOrigins: true,
  allowedHeaders: true,
  glanceFields: true,
  getAddress: true,
  onError: true,
};

/**
 * Serves an authorization service over HTTP: `POST /authorize`, and for verifiers
 * `/.well-known/jwks.json` and `/.well-known/oauth-authorization-server`. Mount it before body
 * parsers and outside the guard.
 *
 * @throws TypeError if an option is unknown, `service` is missing, or `basePath`, an origin or a
 * header name is invalid.
 *
 * @example
 * const handler = createAuthorizationHandler({
 *   service,
 *   allowedOrigins: ['https://agents.example.com'],
 * });
 */
export function createAuthorizationHandler(options: AuthorizationHandlerOptions): FetchHandler {
  checkOptions<AuthorizationHandlerOptions>('createAuthorizationHandler', options, OPTIONS);
  const { service, basePath = '', glanceFields = false } = options;
  checkService(service, 'createAuthorizationHandler');
  checkBasePath('createAuthorizationHandler', basePath);
  const { allowedOrigins = [], allowedHeaders = [], getAddress = getRemoteAddress } = options;
  const onError = toObserver('createAuthorizationHandler: onError', options.onError, () =>
    createErrorLog('createAuthorizationHandler', 'a request failed', Date.now),
  );
  const cors = createCors({ allowedOrigins, allowedHeaders });
  const metadata = buildMetadata(service);

  const authorize = async (request: Request, context: FetchContext): Promise<Response> => {
    if (!hasKnownCoding(request)) return rejectCoding();
    const fields = await readFields(request, cors);
    const { searchParams } = new URL(request.url);
    const asked = parseAuthorizationRequest(fields, searchParams, getAddress(request, context));
    const answer = await service.authorize(asked);
    return Response.json(toJson(answer, glanceFields), { headers: NOT_CACHED });
  };

  const route = async (request: Request, context: FetchContext): Promise<Response> => {
    const path = toPathBelow(basePath, new URL(request.url).pathname);
    switch (`${toRouteMethod(request.method)} ${path}`) {
      case 'POST /authorize':
        return authorize(request, context);
      case 'OPTIONS /authorize':
        return cors.createPreflight();
      case 'GET /.well-known/jwks.json':
        return publish(await service.signingKeys.jwks());
      case 'GET /.well-known/oauth-authorization-server':
        return publish(metadata);
      default:
        return new Response(null, { status: 404 });
    }
  };

  return async (request, context) => {
    const answer = await route(request, context).catch((error) => toRefusal(error, onError));
    const response = cors.addHeaders(request, answer);
    return request.method === 'HEAD' ? toHeadResponse(response) : response;
  };
}

function toRefusal(error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof AuthorizationError) return toProblem(error);
  onError(error);
  return toProblem(FAULT);
}

const getRemoteAddress = (_: Request, { remoteAddress }: FetchContext): string | undefined =>
  remoteAddress;

/** What callers see of a fault. */
const FAULT = new AuthorizationError('service_error', 'the service failed');

const NOT_CACHED = { 'cache-control': 'no-store' };

/** RFC 9110 §15.5.16: the header names what the service can decode. */
function rejectCoding(): Response {
  const detail = 'the content coding must be gzip, or none';
  const problem = { status: 415, detail, code: 'invalid_request' };
  return toProblemResponse(problem, { 'accept-encoding': 'gzip' });
}

function toJson(answer: Authorization, glanceFields: boolean): Record<string, unknown> {
  const { token, expiresAt, groupId, service } = answer;
  const expiration = expiresAt.toISOString();
  const glance = { authToken: token, authTokeExp: expiration.replace('Z', '0000Z') };
  return { token, expiration, groupId, service, ...(glanceFields && glance) };
}

/** Writes a refusal as `application/problem+json` (RFC 9457). */
function toProblem({ code, status, message, retryAfterSeconds }: AuthorizationError): Response {
  const retryAfter = retryAfterSeconds !== undefined && {
    'retry-after': String(retryAfterSeconds),
  };
  return toProblemResponse({ status, detail: message, code }, { ...retryAfter });
}

/**
 * Cacheable, because it is public. Five minutes are far less than the time a key is published
 * before it signs.
 */
function publish(body: unknown): Response {
  return Response.json(body, { headers: { 'cache-control': 'public, max-age=300' } });
}
