export { readAcceptedOrigins } from './service/accepted-origins.js';
export { createServiceClient } from './service/service-client.js';
export { ServiceError } from './service/service-error.js';
export { createServiceHost } from './service/service-host.js';
