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
export {
  type DeliveryClaim,
  type DeliveryOutcome,
  type ExportStore,
  MAX_LOGINS,
  PRESENCE_LANE,
  type StoredConnection,
  type StoredCounts,
  type StoredDelivery,
  type StoredLogin,
} from './export-store.js';
