import KoaRouter from '@koa/router';
import type { Guard, Routing } from '@mandate/core';
import * as onExpress from '@mandate/express';
import * as expressCheck from '@mandate/express/check-routes';
import * as onHono from '@mandate/hono';
import * as honoCheck from '@mandate/hono/check-routes';
import * as onKoa from '@mandate/koa';
import * as koaCheck from '@mandate/koa/check-routes';
import { Router } from 'express';
import { Hono } from 'hono';
import Koa from 'koa';

/** Routes behind an endpoint map. */
export interface MappedHost {
  readonly routing: Routing;
  check(paths: readonly string[], guard: Guard): void;
  /** Which of the routes answers, without the guard. */
  find(paths: readonly string[], url: string): Promise<string | undefined>;
}

export const mappedExpress: MappedHost = {
  routing: { caseSensitive: false, strict: false },
  check(paths, guard) {
    const router = Router().use(onExpress.requireAuth(guard));
    for (const path of paths) router.get(path, (_req, res) => void res.end());
    expressCheck.checkRoutes(router);
  },
  async find(paths, url) {
    let found: string | undefined;
    const router = Router();
    for (const path of paths) {
      router.get(path, () => {
        found = path;
      });
    }
    const handle = router as unknown as (req: object, res: object, done: () => void) => void;
    handle({ method: 'GET', url }, {}, () => undefined);
    return found;
  },
};

export const mappedKoa: MappedHost = {
  routing: { caseSensitive: false, strict: false },
  check(paths, guard) {
    const router = new KoaRouter();
    for (const path of paths) router.get(path, (ctx) => void ctx.res.end());
    koaCheck.checkRoutes(new Koa().use(onKoa.requireAuth(guard)).use(router.routes()));
  },
  async find(paths, url) {
    let found: string | undefined;
    const router = new KoaRouter();
    for (const path of paths) {
      router.get(path, (_ctx) => {
        found = path;
      });
    }
    const context = { method: 'GET', path: url, request: {} } as unknown as Parameters<
      ReturnType<typeof router.routes>
    >[0];
    await router.routes()(context, async () => undefined);
    return found;
  },
};

export const mappedHono: MappedHost = {
  routing: { caseSensitive: true, strict: true },
  check(paths, guard) {
    const app = new Hono().use(onHono.requireAuth(guard));
    for (const path of paths) app.get(toHono(path), (c) => c.text(''));
    honoCheck.checkRoutes(app);
  },
  async find(paths, url) {
    const app = new Hono();
    for (const path of paths) app.get(toHono(path), (c) => c.text(path));
    const response = await app.request(url);
    return response.status === 200 ? await response.text() : undefined;
  },
};

function toHono(path: string): string {
  return path.replace('*r', '*').replace('{/:x}', '/:x?');
}
