import * as express from '@mandate/express';
import * as expressRoutes from '@mandate/express/check-routes';
import * as hono from '@mandate/hono';
import * as honoRoutes from '@mandate/hono/check-routes';
import * as koa from '@mandate/koa';
import * as koaRoutes from '@mandate/koa/check-routes';
import expressFramework from 'express';
import { Hono } from 'hono';
import Koa from 'koa';
import { describe, expect, test } from 'vitest';
import { createStubGuard } from '../support/stub-guard.js';
import { describeUnknownOptions } from '../support/unknown-options.js';

const guard = createStubGuard();
const routing = { caseSensitive: true, strict: true };

describe.each([
  ['express', express.requireAuth],
  ['koa', koa.requireAuth],
  ['hono', hono.requireAuth],
] as const)('on %s', (_host, requireAuth) => {
  describeUnknownOptions([], {
    requireAuth: (unknown) => requireAuth(guard, { ...unknown }),
    'requireAuth: routing': (unknown) =>
      requireAuth(guard, { routing: { ...routing, ...unknown } }),
  });

  test('routing must have two booleans', () => {
    const misspelt = { caseSensitive: true, strict: 'false' };
    expect(() => requireAuth(guard, { routing: misspelt as never })).toThrow(TypeError);
  });
});

describe('checkRoutes', () => {
  describeUnknownOptions([express, koa, hono], {
    'express.checkRoutes': (unknown) =>
      expressRoutes.checkRoutes(expressFramework(), { ...unknown }),
    'koa.checkRoutes': (unknown) => koaRoutes.checkRoutes(new Koa(), { ...unknown }),
    'hono.checkRoutes': (unknown) => honoRoutes.checkRoutes(new Hono(), { ...unknown }),
  });
});
