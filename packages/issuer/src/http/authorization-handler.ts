import type { FetchContext, FetchHandler } from '@mandate/core';
import { checkBasePath, toPathBelow } from '@mandate/internal/base-path';
import { checkOptions } from '@mandate/internal/check-options';
import { notify } from '@mandate/internal/notify';
import { toProblemResponse } from '@mandate/internal/problem';
import type { AuthorizationService } from '../authorize/authorization-service.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { Authorization } from '../request/authorization-request.js';
import { checkService } from './check-service.js';
import { createAllowOrigin, createPreflight } from './cors.js';
import { createMetadata } from './metadata.js';
import { readAuthorizationRequest } from './read-request.js';
import { getMediaType, readText } from './read-text.js';
import { toJsonObject } from './to-json-object.js';

export interface AuthorizationHandlerOptions {
  readonly service: AuthorizationService;
  /** Where it is mounted, if the host does not take that away: `/auth` on Hono. Default: the root. */
  readonly basePath?: string | undefined;
  /** Origins whose pages may ask for tokens. Default: none but the service's own. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * Whether answers also have `authToken` and `authTokeExp` (sic, seven fractional digits), the
   * spellings of the Glance service. Default `false`.
   */
  readonly glanceFields?: boolean | undefined;
  /** Where a request comes from. Default: what the host says. */
  readonly readAddress?:
    | ((request: Request, context: FetchContext) => string | undefined)
    | undefined;
  /**
   * Hears of faults, which the caller is told of as `service_error` without any detail. What it throws
   * or rejects with is ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * The service over HTTP: `POST /authorize`, and what verifiers fetch, `/.well-known/jwks.json` and
 * `/.well-known/oauth-authorization-server`. Mount it before body parsers and outside the guard.
 *
 * @throws TypeError without a service, or if `basePath` or an origin is not written as it must be.
 */
export function createAuthorizationHandler(options: AuthorizationHandlerOptions): FetchHandler {
  checkOptions<AuthorizationHandlerOptions>('createAuthorizationHandler', options, {
    service: true,
    basePath: true,
    allowedOrigins: true,
    glanceFields: true,
    readAddress: true,
    onError: true,
  });
  const { service, basePath = '', onError = () => {}, glanceFields = false } = options;
  checkService(service, 'createAuthorizationHandler');
  checkBasePath('createAuthorizationHandler', basePath);
  const readAddress =
    options.readAddress ?? ((_: Request, { remoteAddress }: FetchContext) => remoteAddress);
  const allowOrigin = createAllowOrigin(options.allowedOrigins ?? []);
  const metadata = createMetadata(service);

  const authorize = async (request: Request, context: FetchContext): Promise<Response> => {
    const fields = await readFields(request);
    const { searchParams } = new URL(request.url);
    const address = readAddress(request, context);
    const answer = await service.authorize(readAuthorizationRequest(fields, searchParams, address));
    return Response.json(toJson(answer, glanceFields), { headers: NOT_CACHED });
  };

  const route = async (request: Request, context: FetchContext): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const path = toPathBelow(basePath, pathname);
    switch (`${request.method} ${path}`) {
      case 'POST /authorize':
        return authorize(request, context);
      case 'OPTIONS /authorize':
        return createPreflight();
      case 'GET /.well-known/jwks.json':
        return publish(await service.signingKeys.jwks());
      case 'GET /.well-known/oauth-authorization-server':
        return publish(metadata);
      default:
        return new Response(null, { status: 404 });
    }
  };

  return async (request, context) => {
    try {
      return allowOrigin(request, await route(request, context));
    } catch (error) {
      const isRefusal = error instanceof AuthorizationError;
      if (!isRefusal) notify(onError, error);
      const told = isRefusal ? error : new AuthorizationError('service_error', 'a fault of ours');
      return allowOrigin(request, toProblem(told));
    }
  };
}

const NOT_CACHED = { 'cache-control': 'no-store' };

async function readFields(request: Request): Promise<Readonly<Record<string, unknown>>> {
  // A form of another site could send every other type without asking first.
  if (getMediaType(request) !== 'application/json') {
    throw new AuthorizationError('invalid_request', 'send application/json');
  }
  return toJsonObject(await readText(request));
}

function toJson(answer: Authorization, glanceFields: boolean): Record<string, unknown> {
  const { token, expiresAt, groupId, service } = answer;
  const expiration = expiresAt.toISOString();
  const glance = { authToken: token, authTokeExp: expiration.replace('Z', '0000Z') };
  return { token, expiration, groupId, service, ...(glanceFields && glance) };
}

/** A refusal as `application/problem+json` (RFC 9457), with its reason as `code`. */
function toProblem({ reason, status, message, retryAfterSeconds }: AuthorizationError): Response {
  const retryAfter = retryAfterSeconds !== undefined && {
    'retry-after': String(retryAfterSeconds),
  };
  return toProblemResponse({ status, detail: message, code: reason }, { ...retryAfter });
}

/** Public by nature. Five minutes are well below the time for which a key is published before use. */
function publish(body: unknown): Response {
  return Response.json(body, { headers: { 'cache-control': 'public, max-age=300' } });
}
