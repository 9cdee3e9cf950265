import Router from '@koa/router';
import type { Principal } from '@mandate/core';
import {
  requireAuth as requireAuthExpress,
  requireScopes as requireScopesExpress,
} from '@mandate/express';
import '@mandate/express/typed-auth';
import {
  type AuthEnv,
  allowAnonymous,
  requireAuth as requireAuthHono,
  requireGroup,
  requireScopes as requireScopesHono,
} from '@mandate/hono';
import { type AuthState, requireAuth, requireScopes } from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import { createFactory } from 'hono/factory';
import Koa from 'koa';
import { describe, expectTypeOf, test } from 'vitest';
import { createStubGuard } from '../support/stub-guard.js';

const guard = createStubGuard();

// What counts here is what the compiler says; nothing is sent.
describe('the principal is typed, without a cast', () => {
  test('on Express', () => {
    const app = express();
    app.use(requireAuthExpress(guard));
    app.get('/x', (req) => {
      expectTypeOf(req.auth).toEqualTypeOf<Principal>();
    });
    app.get('/y/:id', requireAuthExpress(guard), requireScopesExpress('A'), (req) => {
      expectTypeOf(req.params.id).toEqualTypeOf<string>();
    });
    app.get('/groups/:groupid', requireScopesExpress('A'), (req, res) => {
      expectTypeOf(req.auth).toEqualTypeOf<Principal>();
      expectTypeOf(req.params.groupid).toEqualTypeOf<string>();
      res.json({ subject: req.auth.subject });
    });
    app.use(
      '/n',
      express.Router().get('/x', requireScopesExpress('A'), (req) => void req.auth.subject),
    );
    app.use(
      (
        _error: unknown,
        req: express.Request,
        _res: express.Response,
        _next: express.NextFunction,
      ) => {
        expectTypeOf(req.auth).toEqualTypeOf<Principal>();
      },
    );
  });

  test('on Koa, in an application of that state', () => {
    const app = new Koa<AuthState>();
    const router = new Router<AuthState>();
    app.use(requireAuth(guard));
    app.use((ctx) => {
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Principal>();
    });
    router.use(requireScopes('A'));
    router.get('/x', requireScopes('A'), (ctx) => {
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Principal>();
      ctx.body = ctx.state.auth.subject;
    });
    app.use(router.routes());
    app.use(router.allowedMethods());
  });

  test('on Koa, in an application of no state or of more', () => {
    interface State extends AuthState {
      requestId: string;
    }
    const plain = new Koa();
    const plainRouter = new Router();
    plain.use(requireAuth(guard));
    plainRouter.get('/x', requireScopes('A'), (ctx) => ctx.state.auth.subject);
    plain.use(plainRouter.routes());

    const rich = new Koa<State, { log(line: string): void }>();
    const richRouter = new Router<State, { log(line: string): void }>();
    rich.use(requireAuth(guard));
    richRouter.get('/x', requireScopes('A'), (ctx) => {
      expectTypeOf(ctx.state.auth).toEqualTypeOf<Principal>();
      expectTypeOf(ctx.state.requestId).toEqualTypeOf<string>();
      ctx.log(ctx.state.auth.subject);
    });
    rich.use(richRouter.routes());
    // A plain application takes a typed router.
    plain.use(richRouter.routes());
  });

  test('on Hono, in an application of that environment', () => {
    const app = new Hono<AuthEnv>();
    app.use(requireAuthHono(guard));
    app.get('/x', (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Principal>();
      expectTypeOf(c.get('auth')).toEqualTypeOf<Principal>();
      return c.text(c.var.auth.subject);
    });
  });

  test('on Hono, behind the rule in a plain application', () => {
    const app = new Hono();
    app.get('/x', requireScopesHono('A'), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Principal>();
      return c.text(c.var.auth.subject);
    });
    app.get('/groups/:groupid', allowAnonymous(), requireGroup({ path: 'groupid' }), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Principal>();
      expectTypeOf(c.req.param('groupid')).toEqualTypeOf<string>();
      return c.json({ subject: c.var.auth.subject });
    });
    const chained = new Hono().use(requireAuthHono(guard)).get('/y', (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Principal>();
      return c.json({ subject: c.var.auth.subject });
    });
    app.route('/z', chained);
  });

  test('on Hono, beside variables and bindings of your own', () => {
    interface Env extends AuthEnv {
      Bindings: { KEY: string };
      Variables: AuthEnv['Variables'] & { requestId: string };
    }
    const app = new Hono<Env>().use(requireAuthHono(guard));
    app.get('/x', requireScopesHono('A'), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Principal>();
      expectTypeOf(c.var.requestId).toEqualTypeOf<string>();
      return c.text(c.env.KEY);
    });
    const handlers = createFactory<Env>().createHandlers(requireScopesHono('A'), (c) => {
      expectTypeOf(c.var.auth).toEqualTypeOf<Principal>();
      return c.text(c.var.auth.subject);
    });
    app.get('/y', ...handlers);
  });
});
