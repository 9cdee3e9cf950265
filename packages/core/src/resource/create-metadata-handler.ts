import { toHeadResponse, toRouteMethod } from '@mandate/internal/head-requests';
import { toProblemResponse } from '@mandate/internal/problem';
import type { FetchHandler } from '../fetch-handler.js';
import type { Guard } from '../guard.js';
import type { ProtectedResource } from '../protected-resource.js';
import { toMetadataPath } from './metadata-path.js';

/** The documents are public, so pages of every origin may read them. */
const CORS = {
  'access-control-allow-origin': '*',
} as const;

const PREFLIGHT = {
  ...CORS,
  'access-control-allow-methods': 'GET, HEAD',
  // The wildcard does not cover Authorization (Fetch Standard §3.3.3).
  'access-control-allow-headers': '*, Authorization',
  'access-control-max-age': '86400',
} as const;

const FOUND = {
  ...CORS,
  'content-type': 'application/json',
  'cache-control': 'public, max-age=3600',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Creates the handler of the metadata documents (RFC 9728 §3): one for the resource of each guard, at
 * `/.well-known/oauth-protected-resource` and the path of its identifier. The documents are public: mount it at
 * `METADATA_PATH`, before the guards. Anyone may read them for an hour without asking again, from pages too.
 *
 * The path alone selects the document. What it says comes from the configuration, and never from the request.
 *
 * @returns a handler for `mountFetch`.
 * @throws TypeError if a guard has no `resource`, or two different resources have the same path.
 *
 * @example
 * const handler = createMetadataHandler([guard]);
 * const serve = (incoming: Request) => handler(incoming, {});
 */
export function createMetadataHandler(guards: readonly Guard<object>[]): FetchHandler {
  const documents = buildDocuments(guards);
  return async (request, context) => {
    const response = answer(request, documents.get(toRequestPath(request, context.mountPath)));
    return request.method === 'HEAD' ? toHeadResponse(response) : response;
  };
}

/** The documents as JSON, by their paths. */
function buildDocuments(guards: readonly Guard<object>[]): ReadonlyMap<string, string> {
  const documents = new Map<string, string>();
  for (const [resource, own] of groupByResource(guards)) {
    const path = toMetadataPath(resource.identifier);
    if (documents.has(path)) {
      throw new TypeError(
        `createMetadataHandler: two resources have the path ${path}; serve each by a handler of its own`,
      );
    }
    const endpoints = own.flatMap((guard) => guard.endpoints.endpoints);
    documents.set(path, JSON.stringify(resource.buildMetadata(endpoints)));
  }
  return documents;
}

function groupByResource(
  guards: readonly Guard<object>[],
): ReadonlyMap<ProtectedResource, readonly Guard<object>[]> {
  if (!Array.isArray(guards) || guards.length === 0) {
    throw new TypeError('createMetadataHandler: the argument must be a list of guards');
  }
  const groups = new Map<ProtectedResource, Guard<object>[]>();
  for (const guard of guards) {
    const { resource } = guard ?? {};
    if (resource === undefined) {
      throw new TypeError('createMetadataHandler: each guard must have the option resource');
    }
    groups.set(resource, [...(groups.get(resource) ?? []), guard]);
  }
  return groups;
}

/** A host that removes the mount point leaves `/` of the mount point itself. */
function toRequestPath({ url }: Request, mountPath = ''): string {
  const { pathname } = new URL(url);
  return mountPath !== '' && pathname === '/' ? mountPath : mountPath + pathname;
}

function answer(request: Request, document: string | undefined): Response {
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: PREFLIGHT });
  if (toRouteMethod(request.method) !== 'GET') {
    return toProblemResponse(
      { status: 405, detail: 'The metadata can only be read.', code: 'method_not_allowed' },
      { ...CORS, allow: 'GET, HEAD, OPTIONS' },
    );
  }
  if (document !== undefined) return new Response(document, { headers: FOUND });
  const detail = 'No resource has its metadata here.';
  return toProblemResponse({ status: 404, detail, code: 'not_found' }, CORS);
}
