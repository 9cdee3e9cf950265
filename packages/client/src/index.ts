export { createTokenClient } from './create-token-client.js';
export {
  type AcceptedOrigins,
  type AcceptedOriginsOptions,
  parseAcceptedOrigins,
} from './service/accepted-origins.js';
export type { OriginGrant, SkippedOrigin } from './service/grant-parser.js';
export type { ReplyMessage, RequestMessage } from './service/messages.js';
export type { OriginSyntaxError } from './service/parse-grants.js';
export type { RateLimitOptions } from './service/rate-limiter.js';
export { createServiceClient, type ServiceClient } from './service/service-client.js';
export type {
  ServiceClientOptions,
  ServiceRequestOptions,
} from './service/service-client-options.js';
export { ServiceError, type ServiceErrorCode } from './service/service-error.js';
export { createServiceHost, type ServiceHost } from './service/service-host.js';
export type {
  ServiceCaller,
  ServiceEvent,
  ServiceHostOptions,
  ServiceOperation,
} from './service/service-host-options.js';
export type { MessageReceiver, MessageTarget, ReceivedMessage } from './service/window.js';
export type { CredentialOwner, CredentialSet } from './token/credentials.js';
export type { SetTokenOptions } from './token/given-token.js';
export type { JwtToken } from './token/jwt-token.js';
export type { FetchLike } from './token/request-token.js';
export type { LockManagerLike } from './token/tab-lock.js';
export type { TokenAnswer } from './token/token-answer.js';
export type {
  AuthorizeOptions,
  ClearTokenOptions,
  TokenClient,
  TokenRequestOptions,
} from './token/token-client.js';
export type { TokenClientOptions } from './token/token-client-options.js';
export { TOKEN_ERROR_CODES, TokenError, type TokenErrorCode } from './token/token-error.js';
export type { TokenIdentity } from './token/token-key.js';
export type { AuthorizeParams } from './token/token-request.js';
export type { StorageOption, TokenStorage } from './token/token-storage.js';
