import { isServiceErrorCode, ServiceError } from './service-error.js';

/** Protocol version 2 of the Genesys Service Client API, which client and host speak. */
const PROTOCOL_VERSION = 2;
/** Every message names its sender. The Genesys client and host look for `WWE`. */
const CLIENT_AGENT = 'WWE Client (Mandate)';
const HOST_AGENT = 'WWE Server (Mandate)';
const MAX_NAME_LENGTH = 256;

/** A message from a page to the host. */
export interface RequestMessage {
  /** The operation, `namespace.method`. */
  readonly request: string;
  readonly parameters?: readonly unknown[];
  /** Returned with the reply. Mandate's ids are random; the Genesys client counts from `"0"`. */
  readonly referenceId: string;
  readonly userAgent: string;
  readonly protocolVersion: number;
}

/**
 * A message from the host to a page: either `data`, or `errorMessage` with Mandate's `errorCode`.
 */
export interface ReplyMessage {
  readonly referenceId: string;
  readonly userAgent: string;
  readonly protocolVersion: number;
  readonly data?: unknown;
  readonly errorMessage?: string;
  readonly errorCode?: string;
  readonly retryAfterMs?: number;
}

export function createRequest(
  request: string,
  parameters: readonly unknown[],
  referenceId: string,
): RequestMessage {
  return {
    request,
    parameters,
    referenceId,
    userAgent: CLIENT_AGENT,
    protocolVersion: PROTOCOL_VERSION,
  };
}

const createReply = (referenceId: string) => ({
  referenceId,
  userAgent: HOST_AGENT,
  protocolVersion: PROTOCOL_VERSION,
});

export const createDataReply = (referenceId: string, data: unknown): ReplyMessage => ({
  ...createReply(referenceId),
  data,
});

export const createErrorReply = (referenceId: string, error: ServiceError): ReplyMessage => ({
  ...createReply(referenceId),
  errorMessage: error.message,
  errorCode: error.code,
  ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
});

/** The members of a request that a host needs. */
export type ReceivedRequest = Required<
  Pick<RequestMessage, 'request' | 'parameters' | 'referenceId'>
>;

/**
 * Parses a message of a page. Returns `undefined` for other messages, because others share the
 * window.
 */
export function parseRequest(data: unknown): ReceivedRequest | undefined {
  const names = ['request', 'parameters', 'referenceId', 'userAgent'];
  const [request, parameters = [], referenceId, userAgent] = names.map((name) =>
    getMember(data, name),
  );
  if (!isName(request) || !isName(referenceId) || !isName(userAgent)) return undefined;
  if (!userAgent.includes('WWE') || !Array.isArray(parameters)) return undefined;
  return { request, parameters, referenceId };
}

/** The id of the request that a message answers, if any. */
export function getReferenceId(data: unknown): string | undefined {
  const referenceId = getMember(data, 'referenceId');
  return isName(referenceId) ? referenceId : undefined;
}

/**
 * Returns the data of a reply.
 * @throws ServiceError if the reply reports a failure.
 */
export function parseReply(data: unknown): unknown {
  const errorMessage = getMember(data, 'errorMessage');
  const errorCode = getMember(data, 'errorCode');
  if (errorMessage === undefined && errorCode === undefined) return getMember(data, 'data');
  const retryAfterMs = getMember(data, 'retryAfterMs');
  // The host of another implementation sends only a message.
  const code = isServiceErrorCode(errorCode) ? errorCode : 'failed';
  throw new ServiceError(code, typeof errorMessage === 'string' ? errorMessage : undefined, {
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  });
}

/**
 * Returns an own member, so the other side cannot make anything appear inherited. Nothing is
 * copied, because any window may post a typed array, which has millions of members.
 */
function getMember(data: unknown, name: string): unknown {
  const isThere = typeof data === 'object' && data !== null && Object.hasOwn(data, name);
  return isThere ? (data as Readonly<Record<string, unknown>>)[name] : undefined;
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
