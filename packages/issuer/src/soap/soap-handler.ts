import type { FetchContext, FetchHandler } from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';
import { notify } from '@mandate/internal/notify';
import type { AuthorizationService } from '../authorize/authorization-service.js';
import { checkService } from '../http/check-service.js';
import { readAuthorizationRequest } from '../http/read-request.js';
import { getMediaType, readText } from '../http/read-text.js';
import { AuthorizationError } from '../request/authorization-error.js';
import type { Authorization } from '../request/authorization-request.js';
import { escapeXml } from './escape-xml.js';
import { AUTHORIZATION } from './namespaces.js';
import { readEnvelope } from './read-envelope.js';
import { SoapError, type SoapFault, writeEnvelope, writeFault } from './soap-fault.js';
import { createWsdl } from './wsdl.js';

export interface SoapHandlerOptions {
  readonly service: AuthorizationService;
  /** Where clients call it: stands in the WSDL, and is never taken from a request. */
  readonly url: string;
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
 * The same operation over SOAP 1.1: `POST` at the mount point, and its WSDL by `GET`, with or without
 * `?wsdl`. It answers at every path below the mount point.
 *
 * @throws TypeError without a service, or if `url` is no URL.
 */
export function createSoapHandler(options: SoapHandlerOptions): FetchHandler {
  checkOptions<SoapHandlerOptions>('createSoapHandler', options, {
    service: true,
    url: true,
    readAddress: true,
    onError: true,
  });
  const { service, url, onError = () => {} } = options;
  checkService(service, 'createSoapHandler');
  if (!URL.canParse(url)) throw new TypeError('createSoapHandler: url must be a URL');
  const wsdl = createWsdl(url);
  const readAddress =
    options.readAddress ?? ((_: Request, { remoteAddress }: FetchContext) => remoteAddress);

  return async (request, context) => {
    if (request.method === 'GET') return toXml(200, wsdl);
    if (request.method !== 'POST') return new Response(null, { status: 405 });
    try {
      checkMediaType(request);
      const fields = readEnvelope(await readText(request));
      const address = readAddress(request, context);
      const asked = readAuthorizationRequest(fields, new URL(request.url).searchParams, address);
      return toXml(200, writeAnswer(await service.authorize(asked)));
    } catch (error) {
      const fault = toFault(error);
      if (fault.code === 'Server' && !(error instanceof AuthorizationError)) notify(onError, error);
      // SOAP 1.1 §6.2: every fault has this status, whoever is to blame.
      return toXml(500, writeFault(fault));
    }
  };
}

function checkMediaType(request: Request): void {
  if (getMediaType(request) === 'text/xml') return;
  throw new SoapError('Client', 'send text/xml');
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
    const { reason, message, status, retryAfterSeconds } = error;
    return { code: status < 500 ? 'Client' : 'Server', message, reason, retryAfterSeconds };
  }
  return { code: 'Server', message: 'a fault of ours', reason: 'service_error' };
}

function toXml(status: number, xml: string): Response {
  return new Response(xml, {
    status,
    headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' },
  });
}
