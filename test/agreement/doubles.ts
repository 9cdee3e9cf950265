import type { AuthRequest, Decision, EndpointMap, Guard } from '@mandate/core';
import type { Campaign } from './campaign.js';
import { createPolicy } from './policy.js';

type Open = Campaign['open'];
type Judge = (guard: Guard, request: AuthRequest) => Decision | Promise<Decision>;

/** The same applications behind a guard that changes some of its refusals. */
function withDouble(open: Open, retry: (rejected: Rejected) => ReturnType<Judge>): Open {
  const createGuard = (endpoints: EndpointMap) => createDouble(createPolicy(endpoints), retry);
  return (random, world) => open(random, { ...world, createGuard });
}

interface Rejected {
  readonly guard: Guard;
  readonly request: AuthRequest;
  readonly decision: Decision;
  readonly judge: Judge;
}

function createDouble(guard: Guard, retry: (rejected: Rejected) => ReturnType<Judge>): Guard {
  const decideBy = (request: AuthRequest, judge: Judge) => {
    const conclude = (decision: Decision) => retry({ guard, request, decision, judge });
    const decision = judge(guard, request);
    return decision instanceof Promise ? decision.then(conclude) : conclude(decision);
  };
  return {
    endpoints: guard.endpoints,
    warmUp: () => guard.warmUp(),
    health: () => guard.health(),
    explain: (request) => guard.explain(request),
    decide: (request) => decideBy(request, (guard, request) => guard.decide(request)),
    authenticate: (request) => decideBy(request, (guard, request) => guard.authenticate(request)),
    authorize: (principal, request, rule) =>
      decideBy(request, (guard, request) => guard.authorize(principal, request, rule)),
    permits: (principal, request, rule) => guard.permits(principal, request, rule),
  };
}

/** A guard that takes an ambiguous path for what a `URL` makes of it, instead of rejecting it. */
export function withoutPathCheck(open: Open): Open {
  return withDouble(open, ({ guard, request, decision, judge }) => {
    if (decision.allowed || decision.error.code !== 'path_ambiguous') return decision;
    return judge(guard, withPath(request, toPlainPath(request.path)));
  });
}

/** What `URL` and a router that decodes nothing make of a path. */
function toPlainPath(path: string): string {
  const url = `http://localhost${path}`;
  const { pathname } = new URL(URL.canParse(url) ? url : 'http://localhost/');
  return pathname.replaceAll(/\/{2,}/g, '/').replaceAll(/%(?![\da-f]{2})|%[\da-f]{2}/gi, 'q');
}

/** A guard that lets requests go on that name no group, or two. */
export function withoutGroupConflicts(open: Open): Open {
  return withDouble(open, ({ guard, request, decision }) => {
    const isGroupFault =
      !decision.allowed && /^group_(conflict|missing)$/.test(decision.error.code);
    return isGroupFault ? guard.authenticate(request) : decision;
  });
}

/** Applications that `checkRoutes` never saw. */
export function withoutRouteCheck(open: Open): Open {
  return (random, world) => {
    const trial = open(random, world);
    return { ...trial, built: { ...trial.built, check: () => undefined } };
  };
}

function withPath(request: AuthRequest, path: string): AuthRequest {
  return new Proxy(request, {
    get: (target, key) => {
      if (key === 'path') return path;
      if (key === 'target') return undefined;
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
