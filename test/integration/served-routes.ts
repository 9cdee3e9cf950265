import KoaRouter from '@koa/router';
import { type GuardMark, markGuard, markRouteRule } from '@mandate/core';
import * as onExpress from '@mandate/express/check-routes';
import * as onHono from '@mandate/hono/check-routes';
import * as onKoa from '@mandate/koa/check-routes';
import { Router } from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { createStubGuard } from '../support/stub-guard.js';

/** One registration: a rule for what is below a path, or a route. */
export interface Registration {
  readonly kind: 'rule' | 'route';
  readonly path: string;
}

/** What a host does with registrations: it checks them, and serves them. */
export interface Served {
  check(): void;
  /** Which ran, in order, by their index. */
  request(path: string): Promise<readonly number[]>;
}

export type Options = { readonly caseSensitive: boolean; readonly strict: boolean };

/** Stands for `requireAuth`: every rule needs a guard before it. */
const MARK: GuardMark = { guard: createStubGuard(), endpoints: 'by-route' };

export function serveExpress(list: readonly Registration[], options: Options): Served {
  const ran: number[] = [];
  // Of two routers that compare case in different ways, one has some of the rules, one the rest.
  const inner = Router(options);
  const outer = Router({ ...options, caseSensitive: !options.caseSensitive });
  outer.use(markGuard((_req: object, _res: object, next: () => void) => next(), MARK));
  for (const [i, { kind, path }] of list.entries()) {
    const go = (_req: object, _res: object, next: () => void) => {
      ran.push(i);
      next();
    };
    if (kind === 'rule') (i % 2 === 0 ? outer : inner).use(path, markRouteRule(go));
    else inner.get(path, () => void ran.push(i));
  }
  outer.use(inner);
  return {
    check: () => onExpress.checkRoutes(outer),
    request: async (url) => {
      ran.length = 0;
      const handle = outer as unknown as (req: object, res: object, done: () => void) => void;
      handle({ method: 'GET', url }, {}, () => undefined);
      return [...ran];
    },
  };
}

export function serveKoa(list: readonly Registration[], options: Options): Served {
  const ran: number[] = [];
  const router = new KoaRouter({
    sensitive: options.caseSensitive,
    strict: options.strict,
    ...(list.length % 2 === 0 && { prefix: '/a' }),
  });
  const guard = markGuard((_ctx: object, next: () => Promise<unknown>) => next(), MARK);
  for (const [i, { kind, path }] of list.entries()) {
    const go = (_ctx: object, next: () => Promise<unknown>) => {
      ran.push(i);
      return next();
    };
    // Without a path, a router with a prefix compares that with case.
    if (kind === 'rule' && path === '/*r') router.use(markRouteRule(go));
    else if (kind === 'rule') router.use(path, markRouteRule(go));
    else router.get(path, (_ctx) => void ran.push(i));
  }
  return {
    check: () => onKoa.checkRoutes(new Koa().use(guard).use(router.routes())),
    request: async (path) => {
      ran.length = 0;
      const context = { method: 'GET', path, request: {} } as unknown as Parameters<
        ReturnType<typeof router.routes>
      >[0];
      await router.routes()(context, async () => undefined);
      return [...ran];
    },
  };
}

export function serveHono(list: readonly Registration[], { strict }: Options): Served {
  const ran: number[] = [];
  const app = new Hono({ strict });
  app.use(markGuard((_c: object, next: () => Promise<void>) => next(), MARK));
  for (const [i, { kind, path }] of list.entries()) {
    const spelled = path.replace('*r', '*').replace('{/:x}', '/:x?');
    const go = (_c: object, next: () => Promise<void>) => {
      ran.push(i);
      return next();
    };
    if (kind === 'rule') app.use(spelled, markRouteRule(go));
    else {
      app.get(spelled, (c) => {
        ran.push(i);
        return c.text('');
      });
    }
  }
  return {
    check: () => onHono.checkRoutes(app),
    request: async (path) => {
      ran.length = 0;
      await app.request(path);
      return [...ran];
    },
  };
}
