import type { Endpoint } from '@mandate/core';
import type { FastifyAuthRequest, FastifySettings } from './fastify-auth-request.js';

/** Ranks of segments, as `Endpoint.ranks` explains them. */
const MIXED = 1;
const PARAMETER = 2;

const SLASH = 0x2f;

/** Whether the router may match the path in another way than the map. Cheap, because it runs for every request. */
export function mayRouteDiffer(path: string, { maxParamLength }: FastifySettings): boolean {
  return path.length > maxParamLength || path.charCodeAt(path.length - 1) === SLASH;
}

/**
 * Whether the router has found another route than that of the entry: a parameter of the router may be empty, and does not
 * match a value that is too long. The request then reaches a handler with another rule.
 */
export function isRoutedElsewhere(
  endpoint: Endpoint,
  request: FastifyAuthRequest,
  { maxParamLength }: FastifySettings,
): boolean {
  return request.hasEmptyParameter() || hasLongParameter(endpoint, request.path, maxParamLength);
}

function hasLongParameter(
  { ranks, parts = [] }: Endpoint,
  path: string,
  maxParamLength: number,
): boolean {
  const values = path.split('/').slice(1);
  const isLong = ranks.some((rank, i) => {
    const isParameter = rank === MIXED || rank === PARAMETER;
    return isParameter && decodeURIComponent(values[i] ?? '').length > maxParamLength;
  });
  return isLong || parts.slice(1).some((part) => hasLongParameter(part, path, maxParamLength));
}
