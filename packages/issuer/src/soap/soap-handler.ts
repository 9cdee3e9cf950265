import type { FetchContext, FetchHandler } from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';
import { notify } from '@mandate/internal/notify';
import type { AuthorizationService } from '../authorize/authorization-service.js';
import { checkService } from '../http/check-service.js';
import { parseAuthorizationRequest } from '../http/parse-authorization-request.js';
import { getMediaType, readText } from '../http/read-text.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { Authorization } from '../request/authorization-request.js';
import { buildWsdl } from './build-wsdl.js';
import { escapeXml } from './escape-xml.js';
import { AUTHORIZATION } from './namespaces.js';
import { parseEnvelope } from './parse-envelope.js';
import { SoapError, type SoapFault, writeEnvelope, writeFault } from './soap-fault.js';

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
   * ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
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
  const { service, url, onError = () => {} } = options;
  checkService(service, 'createSoapHandler');
  if (!URL.canParse(url)) throw new TypeError('createSoapHandler: url must be a URL');
  const wsdl = buildWsdl(url);
  const getAddress =
    options.getAddress ?? ((_: Request, { remoteAddress }: FetchContext) => remoteAddress);

  return async (request, context) => {
    if (request.method === 'GET') return toXml(200, wsdl);
    if (request.method !== 'POST') return new Response(null, { status: 405 });
    try {
      checkMediaType(request);
      const fields = parseEnvelope(await readText(request));
      const address = getAddress(request, context);
      const authorizationRequest = parseAuthorizationRequest(
        fields,
        new URL(request.url).searchParams,
        address,
      );
      return toXml(200, writeAnswer(await service.authorize(authorizationRequest)));
    } catch (error) {
      const fault = toFault(error);
      if (fault.code === 'Server' && !(error instanceof AuthorizationError)) notify(onError, error);
      // SOAP 1.1 §6.2 requires this status for every fault, including those of the caller.
      return toXml(500, writeFault(fault));
    }
  };
}

function checkMediaType(request: Request): void {
  if (getMediaType(request) === 'text/xml') return;
  throw new SoapError('Client', 'the media type must be text/xml');
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
