import { type Endpoint, PUBLIC_PRINCIPAL } from '@mandate/core';
import { conclude, GUARDED_REQUEST, guardRequest } from '@mandate/core/adapter';
import type { FastifyRequest } from 'fastify';
import { type ConfigRule, getConfigRule, readsBody } from './config-rules.js';
import type { FastifyAuthRequest, FastifySettings, Passed } from './fastify-auth-request.js';
import { isRoutedElsewhere, mayRouteDiffer } from './route-differences.js';

export const pass = (): Passed => true;

const OPTIONAL = { optional: true };

/** Decides everything that needs no body. Fastify parses it later. */
export function decideBeforeBody(
  request: FastifyAuthRequest,
  context: FastifyRequest,
  settings: FastifySettings,
): Passed {
  if (settings.endpoints === 'by-route') return decideByRoute(request, context, settings);
  const mayDiffer = mayRouteDiffer(request.path, settings);
  if (!settings.hasBodyGroups && !mayDiffer) return guardRequest(request, context, pass);
  const endpoint = findEndpoint(request, settings);
  if (endpoint !== undefined && mayDiffer && isRoutedElsewhere(endpoint, request, settings)) {
    request.target = '';
  } else if (endpoint !== undefined && endpoint.rule !== 'public' && readsBody(endpoint.rule)) {
    return decideWithoutBody(request, context, endpoint);
  }
  return guardRequest(request, context, pass);
}

/** Decides only who is calling. The map decides about the rest when the body is parsed. */
function decideWithoutBody(
  request: FastifyAuthRequest,
  context: FastifyRequest,
  { rule, allowEncodedSlash }: Endpoint,
): Passed {
  (context as { [GUARDED_REQUEST]?: unknown })[GUARDED_REQUEST] = request;
  request.allowEncodedSlash = allowEncodedSlash;
  request.pending = 'map';
  const options = rule !== 'public' && rule.optional ? OPTIONAL : undefined;
  return conclude(request.settings.guard.authenticate(request, options), request, pass);
}

/** Decides the rest. */
export function decideAfterBody(request: FastifyAuthRequest): Passed {
  const { pending, principal, settings } = request;
  request.pending = undefined;
  if (principal === undefined) throw new TypeError('the guard did not allow this request');
  if (pending === undefined) {
    // A guard around this one has attached its own again if it read the body.
    request.attach(principal);
    return true;
  }
  const { guard } = settings;
  const decision =
    pending === 'map' ? guard.decide(request) : guard.authorize(principal, request, pending);
  return conclude(decision, request, pass);
}

function findEndpoint(
  request: FastifyAuthRequest,
  { guard }: FastifySettings,
): Endpoint | undefined {
  try {
    return guard.endpoints.match(request);
  } catch {
    // `decide` rejects the path, with the reason.
    return undefined;
  }
}

function decideByRoute(
  request: FastifyAuthRequest,
  context: FastifyRequest,
  settings: FastifySettings,
): Passed {
  const rule = getConfigRule(context.routeOptions.config);
  if (rule === undefined) return guardRequest(request, context, pass);
  (context as { [GUARDED_REQUEST]?: unknown })[GUARDED_REQUEST] = request;
  if (rule === 'public') {
    request.principal = PUBLIC_PRINCIPAL;
    request.attach(PUBLIC_PRINCIPAL);
    return true;
  }
  request.allowEncodedSlash ||= rule.allowEncodedSlash;
  const options = rule.compiled.optional ? OPTIONAL : settings;
  return conclude(settings.guard.authenticate(request, options), request, () =>
    applyConfigRule(request, rule),
  );
}

function applyConfigRule(request: FastifyAuthRequest, rule: ConfigRule): Passed {
  const { principal, settings } = request;
  if (rule.readsBody) {
    request.pending = rule.compiled;
    return true;
  }
  if (principal === undefined) throw new TypeError('the guard did not allow this request');
  return conclude(settings.guard.authorize(principal, request, rule.compiled), request, pass);
}
