import { checkOptions } from '@mandate/internal/check-options';
import type { EndpointRule } from '../endpoints/endpoint.js';
import { GLEAN_ENDPOINTS } from './endpoints.js';

/** An operation of the Glean Client API: `POST /rest/api/v1/search`. */
export type GleanEndpoint = keyof typeof GLEAN_ENDPOINTS;

export interface GleanEndpointOptions {
  /**
   * The operations that serve `ANONYMOUS` tokens. Glean states only that they are few. Default:
   * none.
   */
  readonly anonymousEndpoints?: readonly GleanEndpoint[] | undefined;
  /**
   * Whether running an agent requires `CHAT` besides `AGENTS`, as "Basic usage" of the Client API states.
   * Default `false`: the list of scopes gives every agent operation to `AGENTS` alone.
   */
  readonly requireChatForAgents?: boolean | undefined;
}

const AGENT_RUNS: readonly GleanEndpoint[] = [
  'POST /rest/api/v1/agents/runs/stream',
  'POST /rest/api/v1/agents/runs/wait',
];

/**
 * Creates the endpoint map of the Glean Client API, with a choice where Glean's documents allow two readings.
 * Without options it equals `GLEAN_ENDPOINTS`.
 *
 * @throws TypeError if an option is unknown, or `anonymousEndpoints` names an operation that the map does not
 * have.
 *
 * @example
 * const endpoints = createGleanEndpoints({
 *   anonymousEndpoints: ['POST /rest/api/v1/search', 'POST /rest/api/v1/autocomplete'],
 *   requireChatForAgents: true,
 * });
 * createGuard({ ...gleanPreset, endpoints, verifiers: [verifier] });
 */
export function createGleanEndpoints(
  options: GleanEndpointOptions = {},
): Readonly<Record<GleanEndpoint, EndpointRule>> {
  checkOptions<GleanEndpointOptions>('createGleanEndpoints', options, {
    anonymousEndpoints: true,
    requireChatForAgents: true,
  });
  const { anonymousEndpoints = [], requireChatForAgents = false } = options;
  const endpoints: Record<GleanEndpoint, EndpointRule> = { ...GLEAN_ENDPOINTS };
  if (requireChatForAgents) {
    for (const key of AGENT_RUNS) endpoints[key] = { scopes: ['AGENTS', 'CHAT'] };
  }
  for (const key of anonymousEndpoints) {
    if (!Object.hasOwn(GLEAN_ENDPOINTS, key)) {
      throw new TypeError(
        `createGleanEndpoints: "${key}" in anonymousEndpoints is not an operation of GLEAN_ENDPOINTS`,
      );
    }
    endpoints[key] = { ...endpoints[key], anonymous: true };
  }
  return endpoints;
}
