export type { ConnectionOptions } from './connections/connection-parts.js';
export type {
  AuthorizationResult,
  ConfiguredConnection,
  Connections,
  RedirectUriSettings,
} from './connections/connections.js';
export { type ConnectionsOptions, createConnections } from './connections/create-connections.js';
export { type ProviderEndpoints, toSalesforceEndpoints } from './connections/provider-endpoints.js';
export {
  ProviderFailure,
  type ProviderFailureCode,
  type ProviderOperation,
} from './connections/provider-failure.js';
export { createExports, type ExportsOptions } from './create-exports.js';
export type { DeliveryOptions } from './delivery/deliveries.js';
export type { DeliveryWorker } from './delivery/delivery-worker.js';
export type { EnqueueOptions } from './delivery/outbox.js';
export type { Exports } from './exports.js';
export type { EgressOptions } from './fetch/egress-rules.js';
export type { AuthenticatedProxy, EgressProxy } from './fetch/parse-proxy.js';
export type { PinnedHost, PrivateHost } from './fetch/private-hosts.js';
export type { Connection, ConnectionReason, ConnectionStatus } from './model/connection.js';
export type {
  ClientAuthentication,
  ConnectionChanges,
  GrantType,
  NewConnection,
  PresetName,
  WebhookHeader,
} from './model/connection-settings.js';
export type {
  Delivery,
  DeliveryCounts,
  DeliveryFailure,
  DeliveryFilter,
  DeliveryHour,
  DeliveryStatus,
  ExportType,
  OrgFailure,
  Page,
  PageRequest,
  ReplayFilter,
} from './model/delivery.js';
export type {
  Destination,
  SalesforceDestination,
  WebhookDestination,
} from './model/destination.js';
export { ExportError, type ExportErrorCode, type ExportIssue } from './model/export-error.js';
export type {
  ConnectionEvent,
  DeadEvent,
  DeliveredEvent,
  ExportEvent,
  FailedEvent,
  PausedEvent,
} from './model/observer.js';
export type { TestResult } from './model/test-result.js';
export { type ExportStore, MAX_LOGINS } from './store/export-store.js';
export { createMemoryExportStore } from './store/memory-export-store.js';
export type { StoredConnection, StoredLogin } from './store/stored-connection.js';
export type {
  DeliveryClaim,
  DeliveryOutcome,
  StoredDelivery,
} from './store/stored-delivery.js';
