export { createTelemetry, type Telemetry, type TelemetryOptions } from './create-telemetry.js';
export type {
  ConnectionEventLike,
  DeliveryEventLike,
  ExportEventLike,
  ObservedExports,
} from './export-metrics.js';
export type { ObservedTokenStore } from './revocation-metrics.js';
