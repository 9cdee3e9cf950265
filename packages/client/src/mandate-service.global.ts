import { readAcceptedOrigins } from './service/accepted-origins.js';
import { createServiceClient } from './service/service-client.js';
import { ServiceError } from './service/service-error.js';
import { createServiceHost } from './service/service-host.js';

// Not exported, like the token client.
Object.assign(globalThis, {
  MandateService: { createServiceClient, createServiceHost, readAcceptedOrigins, ServiceError },
});
