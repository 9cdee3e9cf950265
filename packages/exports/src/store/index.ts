export type {
  Delivery,
  DeliveryFailure,
  DeliveryFilter,
  ExportType,
  Page,
  PageRequest,
  ReplayFilter,
} from '../model/delivery.js';
export { ExportError, type ExportErrorCode, type ExportIssue } from '../model/export-error.js';
export { type ExportStore, MAX_LOGINS, PRESENCE_LANE } from './export-store.js';
export type { StoredConnection, StoredLogin } from './stored-connection.js';
export type {
  DeliveryClaim,
  DeliveryOutcome,
  StoredCounts,
  StoredDelivery,
} from './stored-delivery.js';
