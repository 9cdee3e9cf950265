import type { FetchContext, FetchHandler } from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';
import { toHeadResponse } from '@mandate/internal/head-requests';
import { parseMediaType } from '@mandate/internal/media-type';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
import type { AuthorizationService } from '../authorize/authorization-service.js';
import { checkService } from '../http/check-service.js';
import { parseAuthorizationRequest } from '../http/parse-authorization-request.js';
import { hasKnownCoding, MAX_CONTENT_BYTES, readContent } from '../http/read-content.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { Authorization } from '../request/authorization-request.js';
import { buildWsdl } from './build-wsdl.js';
import { decodeXml } from './decode-xml.js';
import { escapeXml } from './escape-xml.js';
import { AUTHORIZATION } from './namespaces.js';
import { parseEnvelope } from './parse-envelope.js';
import {
  createVersionMismatch,
  SoapError,
  type SoapFault,
  writeEnvelope,
  writeFault,
} from './soap-fault.js';

export interface SoapHandlerOptions {
  readonly service: AuthorizationService;
  /** The address that clients call. It appears in the WSDL and is never taken from a request. */
  readonly url: string;
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

/**
 * Serves the same operation over SOAP 1.1: `POST` at the mount point, and its WSDL by `GET`, with
 * or without `?wsdl`. It answers at every path below the mount point.
 *
 * @throws TypeError if an option is unknown, `service` is missing, or `url` is not a URL.
 *
 * @example
 * const handler = createSoapHandler({ service, url: 'https://auth.example.com/soap' });
 */
export function createSoapHandler(options: SoapHandlerOptions): FetchHandler {
  checkOptions<SoapHandlerOptions>('createSoapHandler', options, {
    service: true,
    url: true,
    getAddress: true,
    onError: true,
  });
  const { service, url } = options;
  checkService(service, 'createSoapHandler');
  if (!URL.canParse(url)) throw new TypeError('createSoapHandler: url must be a URL');
  const onError = toObserver('createSoapHandler: onError', options.onError, () =>
    createErrorLog('createSoapHandler', 'a request failed', Date.now),
  );
  const wsdl = buildWsdl(url);
  const getAddress =
    options.getAddress ?? ((_: Request, { remoteAddress }: FetchContext) => remoteAddress);

  return async (request, context) => {
    if (request.method === 'GET') return toXml(200, wsdl);
    if (request.method === 'HEAD') return toHeadResponse(toXml(200, wsdl));
    if (request.method !== 'POST') {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD, POST' } });
    }
    if (!hasKnownCoding(request)) return rejectCoding();
    try {
      const fields = parseEnvelope(await readMessage(request), url);
      const address = getAddress(request, context);
      const authorizationRequest = parseAuthorizationRequest(
        fields,
        new URL(request.url).searchParams,
        address,
      );
      return toXml(200, writeAnswer(await service.authorize(authorizationRequest)));
    } catch (error) {
      const fault = toFault(error);
      if (fault.code === 'Server' && !(error instanceof AuthorizationError)) onError(error);
      // SOAP 1.1 §6.2 requires this status for every fault, including those of the caller.
      return toXml(500, writeFault(fault));
    }
  };
}

/** UTF-16 needs up to twice the bytes of UTF-8, and a byte order mark. */
const MAX_ENCODED_BYTES = 2 * MAX_CONTENT_BYTES + 2;

/** Decoded first, so that size and content are those of the text, whatever its encoding. */
async function readMessage(request: Request): Promise<string> {
  const charset = checkMediaType(request);
  const xml = decodeXml(await readContent(request, MAX_ENCODED_BYTES), charset);
  if (Buffer.byteLength(xml) <= MAX_CONTENT_BYTES) return xml;
  throw new SoapError('Client', 'the message is too large');
}

/** Returns the `charset`. @throws SoapError for any media type but that of SOAP 1.1 (§6.1.1). */
function checkMediaType({ headers }: Request): string | undefined {
  const mediaType = parseMediaType(headers.get('content-type') ?? '');
  if (mediaType?.type === 'text/xml') return mediaType.parameters.get('charset');
  // RFC 3902: the media type of SOAP 1.2, whose appendix A requires this fault of SOAP 1.1.
  if (mediaType?.type === 'application/soap+xml') throw createVersionMismatch();
  throw new SoapError('Client', 'the media type must be text/xml');
}

function rejectCoding(): Response {
  const message = 'the content coding must be gzip, or none';
  const response = toXml(415, writeFault({ code: 'Client', message, reason: 'invalid_request' }));
  response.headers.set('accept-encoding', 'gzip');
  return response;
}

function writeAnswer({ token, expiresAt, groupId, service }: Authorization): string {
  const answer = { token, expiration: expiresAt.toISOString(), groupId, service };
  const fields = Object.entries(answer).map(
    ([name, value]) => `<${name}>${escapeXml(value)}</${name}>`,
  );
  return writeEnvelope(
    `<AuthorizeResponse xmlns="${AUTHORIZATION}">${fields.join('')}</AuthorizeResponse>`,
  );
}

function toFault(error: unknown): SoapFault {
  if (error instanceof SoapError) {
    const { code, message } = error;
    return { code, message, reason: code === 'Client' ? 'invalid_request' : undefined };
  }
  if (error instanceof AuthorizationError) {
    const { code, message, status, retryAfterSeconds } = error;
    return { code: status < 500 ? 'Client' : 'Server', message, reason: code, retryAfterSeconds };
  }
  return { code: 'Server', message: 'the service failed', reason: 'service_error' };
}

function toXml(status: number, xml: string): Response {
  return new Response(xml, {
    status,
    headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' },
  });
}
