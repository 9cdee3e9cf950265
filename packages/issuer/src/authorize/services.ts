import { checkOptions } from '@mandate/internal/check-options';
import { AuthorizationError } from '../request/authorization-error.js';

/** One API that tokens are issued for. */
export interface ServiceDescription {
  /** The token's `aud`: the `audience` of the API's guard. */
  readonly audience: string;
  /**
   * The scopes that this API knows; other scopes of a membership are left out of the token.
   * Default: all.
   */
  readonly scopes?: readonly string[] | undefined;
}

/** The services by name, and the one for requests that name none. */
export class Services {
  readonly #services: ReadonlyMap<string, ServiceDescription>;
  readonly #defaultName: string | undefined;

  /** @throws TypeError if there is no service, one has no audience, or `defaultName` is not one of them. */
  constructor(
    services: Readonly<Record<string, ServiceDescription>>,
    defaultName: string | undefined,
  ) {
    this.#services = new Map(Object.entries(services ?? {}));
    const names = [...this.#services.keys()];
    if (names.length === 0) throw invalid('services must not be empty');
    for (const description of this.#services.values()) checkDescription(description);
    if (defaultName !== undefined && !this.#services.has(defaultName)) {
      throw invalid(`defaultService ${JSON.stringify(defaultName)} is not one of services`);
    }
    this.#defaultName = defaultName ?? (names.length === 1 ? names[0] : undefined);
  }

  /** @throws AuthorizationError `feature_not_enabled` if the service is unknown. */
  get(name: string | undefined): ServiceDescription & { readonly service: string } {
    const service = name ?? this.#defaultName;
    const description = service === undefined ? undefined : this.#services.get(service);
    if (service === undefined || description === undefined) {
      throw new AuthorizationError('feature_not_enabled', 'the service is unknown');
    }
    return { ...description, service };
  }
}

function checkDescription(description: ServiceDescription): void {
  if (typeof description?.audience !== 'string' || description.audience === '') {
    throw invalid('every service must have an audience');
  }
  checkOptions<ServiceDescription>('createAuthorizationService: services', description, {
    audience: true,
    scopes: true,
  });
}

function invalid(fault: string): TypeError {
  return new TypeError(`createAuthorizationService: ${fault}`);
}
