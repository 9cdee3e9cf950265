import { parseAcceptedOrigins } from './service/accepted-origins.js';
import { createServiceClient } from './service/service-client.js';
import { ServiceError } from './service/service-error.js';
import { createServiceHost } from './service/service-host.js';

// Set as a global instead of exported, like the token client.
Object.assign(globalThis, {
  MandateService: { createServiceClient, createServiceHost, parseAcceptedOrigins, ServiceError },
});
