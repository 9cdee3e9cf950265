import type { AuthorizationService } from '../authorize/authorization-service.js';

/** @throws TypeError if `service` is missing or was not created by `createAuthorizationService`. */
export function checkService(service: AuthorizationService, caller: string): void {
  if (typeof service?.authorize === 'function') return;
  throw new TypeError(`${caller}: service must be created by createAuthorizationService`);
}
