import type { AuthorizationService } from '../authorize/authorization-service.js';

/** @throws TypeError if a handler is given something else for a service, or nothing. */
export function checkService(service: AuthorizationService, caller: string): void {
  if (typeof service?.authorize === 'function') return;
  throw new TypeError(`${caller}: service must be made by createAuthorizationService`);
}
