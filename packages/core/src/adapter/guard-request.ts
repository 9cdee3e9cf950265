import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { Decision } from '../decision.js';
import { DenialError } from './denial-error.js';
import { type GuardedRequest, setGuardedRequest } from './guarded-request.js';

/** What middleware returns, or a promise if the decision took time. */
export type Concluded<Result> = Result | Promise<Awaited<Result>>;

/**
 * The work of `requireAuth` for one request: decides, and then passes the request on or answers it. Everything
 * that is thrown must reach the host's error handling.
 * @param holder an object of the host that lives as long as the request. Rules at routes find the request in
 * it.
 *
 * @example
 * class WebRequest extends GuardedRequest<Request, Response> {
 *   readonly method = this.context.method;
 *   readonly path = new URL(this.context.url).pathname;
 *   header(name: string) {
 *     return this.context.headers.get(name) ?? undefined;
 *   }
 *   attach() {}
 *   reject({ status, headers, body }: Denial) {
 *     return new Response(body, { status, headers });
 *   }
 *   protected getAddress() {
 *     return undefined;
 *   }
 * }
 * const settings = compileAdapterOptions<Request>(guard, {});
 * const serve = (request: Request) =>
 *   guardRequest(new WebRequest(request, settings), request, () => new Response('found'));
 */
export function guardRequest<Result>(
  request: GuardedRequest<unknown, Result>,
  holder: object,
  next: () => Result,
): Concluded<Result> {
  setGuardedRequest(holder, request);
  const { guard, endpoints } = request.settings;
  const byRoute = endpoints === 'by-route';
  return conclude(
    byRoute ? guard.authenticate(request, request.settings) : guard.decide(request),
    request,
    next,
  );
}

/**
 * Passes the request on or answers it. Returns a promise of its own only if the decision is a promise.
 * @throws DenialError instead of an answer, with `denials: 'throw'`.
 *
 * @example
 * const result = conclude(guard.decide(request), request, () => 'the next middleware');
 */
export function conclude<Result>(
  decision: MaybePromise<Decision>,
  request: GuardedRequest<unknown, Result>,
  next: () => Result,
): Concluded<Result> {
  if (isPromise(decision)) return concludeLater(decision, request, next);
  if (!decision.allowed) {
    request.keepCredentials(undefined);
    const denial = request.prepareDenial(decision.denial);
    if (request.settings.throwsDenials) throw new DenialError(decision.error, denial);
    return request.reject(denial);
  }
  request.principal = decision.principal;
  request.attach(decision.principal);
  return next();
}

async function concludeLater<Result>(
  decision: Promise<Decision>,
  request: GuardedRequest<unknown, Result>,
  next: () => Result,
): Promise<Awaited<Result>> {
  return await conclude(await decision, request, next);
}
