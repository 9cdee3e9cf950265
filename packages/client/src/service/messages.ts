import { isServiceErrorCode, ServiceError } from './service-error.js';

/** Protocol version 2 of the Genesys Service Client API, which both of ours speak. */
const PROTOCOL_VERSION = 2;
/** Names itself in every message, as the Genesys client and host do; they look for `WWE`. */
const CLIENT_AGENT = 'WWE Client (Mandate)';
const HOST_AGENT = 'WWE Server (Mandate)';
const MAX_NAME_LENGTH = 256;

/** From a page to the host. */
export interface RequestMessage {
  /** The operation, `namespace.method`. */
  readonly request: string;
  readonly parameters?: readonly unknown[];
  /** Comes back with the reply. Ours are random; the Genesys client counts from `"0"`. */
  readonly referenceId: string;
  readonly userAgent: string;
  readonly protocolVersion: number;
}

/** From the host to a page: either `data` or `errorMessage`, and with it our `errorCode`. */
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

/** What a host needs of a request. */
export type ReceivedRequest = Required<
  Pick<RequestMessage, 'request' | 'parameters' | 'referenceId'>
>;

/** Reads what a page sent; `undefined` for the messages of others, which share the window. */
export function readRequest(data: unknown): ReceivedRequest | undefined {
  const names = ['request', 'parameters', 'referenceId', 'userAgent'];
  const [request, parameters = [], referenceId, userAgent] = names.map((name) =>
    readMember(data, name),
  );
  if (!isName(request) || !isName(referenceId) || !isName(userAgent)) return undefined;
  if (!userAgent.includes('WWE') || !Array.isArray(parameters)) return undefined;
  return { request, parameters, referenceId };
}

/** The id of the request that a message answers, if it answers any. */
export function readReferenceId(data: unknown): string | undefined {
  const referenceId = readMember(data, 'referenceId');
  return isName(referenceId) ? referenceId : undefined;
}

/**
 * The data of a reply.
 * @throws ServiceError if the reply says that the request failed.
 */
export function readReply(data: unknown): unknown {
  const errorMessage = readMember(data, 'errorMessage');
  const errorCode = readMember(data, 'errorCode');
  if (errorMessage === undefined && errorCode === undefined) return readMember(data, 'data');
  const retryAfterMs = readMember(data, 'retryAfterMs');
  // A host that is not ours has a message only.
  const code = isServiceErrorCode(errorCode) ? errorCode : 'failed';
  throw new ServiceError(code, typeof errorMessage === 'string' ? errorMessage : undefined, {
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  });
}

/**
 * An own member: whatever the other side sent, nothing is inherited. It is looked up and nothing is
 * copied, because a list of bytes that any window may post has millions of them.
 */
function readMember(data: unknown, name: string): unknown {
  const isThere = typeof data === 'object' && data !== null && Object.hasOwn(data, name);
  return isThere ? (data as Readonly<Record<string, unknown>>)[name] : undefined;
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
