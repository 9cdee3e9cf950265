export type {
  ClientAuthentication,
  Connection,
  ConnectionChanges,
  ConnectionReason,
  ConnectionStatus,
  Destination,
  NewConnection,
  PresetName,
  SalesforceDestination,
  WebhookDestination,
} from './connection.js';
export type { ConnectionOptions } from './connection-parts.js';
export type { AuthorizationResult, ConfiguredConnection, Connections } from './connections.js';
export { type ConnectionsOptions, createConnections } from './create-connections.js';
export { createExports, type ExportsOptions } from './create-exports.js';
export type { DeliveryOptions } from './deliveries.js';
export type {
  Delivery,
  DeliveryFailure,
  DeliveryFilter,
  DeliveryStatus,
  Page,
  PageRequest,
} from './delivery.js';
export type { DeliveryWorker } from './delivery-worker.js';
export { ExportError, type ExportErrorCode, type ExportIssue } from './export-error.js';
export {
  type DeliveryClaim,
  type DeliveryOutcome,
  type ExportStore,
  MAX_LOGINS,
  type StoredConnection,
  type StoredDelivery,
  type StoredLogin,
} from './export-store.js';
export type { Exports } from './exports.js';
export { createMemoryExportStore } from './memory-export-store.js';
export type {
  ConnectionEvent,
  DeadEvent,
  DeliveredEvent,
  ExportEvent,
  FailedEvent,
  PausedEvent,
} from './observer.js';
export { type ProviderEndpoints, toSalesforceEndpoints } from './preset.js';
export {
  ProviderFailure,
  type ProviderFailureCode,
  type ProviderOperation,
} from './provider-failure.js';
export type { ExportType } from './read-event.js';
