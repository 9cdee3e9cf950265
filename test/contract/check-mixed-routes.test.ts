import Router from '@koa/router';
import type { EndpointMap } from '@mandate/core';
import * as expressAdapter from '@mandate/express';
import { checkRoutes as checkExpress } from '@mandate/express/check-routes';
import * as honoAdapter from '@mandate/hono';
import { checkRoutes as checkHono } from '@mandate/hono/check-routes';
import * as koaAdapter from '@mandate/koa';
import { checkRoutes as checkKoa } from '@mandate/koa/check-routes';
import express from 'express';
import express4 from 'express4';
import { Hono } from 'hono';
import { Hono as QuickHono } from 'hono/quick';
import { LinearRouter } from 'hono/router/linear-router';
import { TrieRouter } from 'hono/router/trie-router';
import { Hono as TinyHono } from 'hono/tiny';
import Koa from 'koa';
import KoaRouter12 from 'koa-router12';
import KoaRouter13 from 'koa-router13';
import KoaRouter14 from 'koa-router14';
import { describe, expect, test } from 'vitest';
import { createStubGuard, readFaults } from '../support/stub-guard.js';
import { toHonoPath, toHostPath } from './routes.js';

/** The faults of routes that answer `GET`, in this order, behind a map. */
type Check = (paths: readonly string[], map: EndpointMap) => readonly string[];

const EXPRESS: readonly (readonly [string, typeof express])[] = [
  ['Express 5', express],
  ['Express 4', express4 as unknown as typeof express],
];

const KOA: readonly (readonly [string, typeof Router])[] = [
  ['@koa/router 15', Router],
  ['@koa/router 14', KoaRouter14 as typeof Router],
  ['@koa/router 13', KoaRouter13 as typeof Router],
  ['@koa/router 12', KoaRouter12 as typeof Router],
];

type AnyHono = Hono<honoAdapter.AuthEnv>;
const HONO: readonly (readonly [string, () => AnyHono])[] = [
  ['Hono', () => new Hono<honoAdapter.AuthEnv>()],
  ['Hono with its trie router', () => new Hono({ router: new TrieRouter() })],
  ['Hono with its linear router', () => new Hono({ router: new LinearRouter() })],
  ['hono/quick', () => new QuickHono() as unknown as AnyHono],
  ['hono/tiny', () => new TinyHono() as unknown as AnyHono],
];

const HOSTS: readonly (readonly [string, Check])[] = [
  ...EXPRESS.map(([name, create]): readonly [string, Check] => [
    name,
    (paths, map) => {
      const app = create();
      app.use(expressAdapter.requireAuth(createStubGuard(map)));
      for (const path of paths) app.get(toHostPath(path as '/', '*'), (_req, res) => res.end());
      return readFaults(() => checkExpress(app));
    },
  ]),
  ...KOA.map(([name, Create]): readonly [string, Check] => [
    name,
    (paths, map) => {
      const router = new Create<koaAdapter.AuthState>();
      for (const path of paths) router.get(toHostPath(path as '/', '*'), () => undefined);
      const app = new Koa<koaAdapter.AuthState>();
      app.use(koaAdapter.requireAuth(createStubGuard(map))).use(router.routes());
      return readFaults(() => checkKoa(app));
    },
  ]),
  ...HONO.map(([name, create]): readonly [string, Check] => [
    name,
    (paths, map) => {
      const app = create();
      const strict = name === 'Hono' || name.includes('trie');
      const routing = { caseSensitive: true, strict };
      app.use(honoAdapter.requireAuth(createStubGuard(map), { routing }));
      for (const path of paths) app.get(toHonoPath(path as '/'), (c) => c.body(null));
      return readFaults(() => checkHono(app));
    },
  ]),
];

function mapOf(...paths: readonly string[]): EndpointMap {
  return Object.fromEntries(paths.map((path, i) => [`GET ${path}`, { scopes: [`S${i}`] }]));
}

describe.each(HOSTS)('checkRoutes of %s', (_name, check) => {
  test.each([
    [['/accounts:lookUp']],
    [['/v1/{id}:cancel', '/v1/{id}']],
    [['/files/thumbnail.{ext}', '/files/{name}']],
    [['/files/{name}.json', '/files/{name}']],
    [['/items:list', '/items:{verb}', '/{id}:cancel', '/{id}']],
    [['/v{version}/docs', '/{any}/docs']],
    [['/v1/{id}:cancel/log', '/v1/{id}/log']],
  ])('accepts routes in the order of the map: %j', (paths) => {
    expect(check(paths, mapOf(...paths))).toEqual([]);
  });

  test.each([
    ['/v1/{id}:cancel', '/v1/{id}'],
    ['/files/thumbnail.{ext}', '/files/{name}'],
    ['/files/{name}.json', '/files/{name}'],
    ['/items:list', '/{id}:list'],
    ['/v{version}/docs', '/{any}/docs'],
  ])('reports %s when it is registered after %s', (narrow, wide) => {
    const faults = check([wide, narrow], mapOf(narrow, wide));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('is shadowed by GET ');
  });

  test('reports a route that is not in the map', () => {
    expect(check(['/v1/{id}:cancel', '/v1/{id}:retry'], mapOf('/v1/{id}:cancel'))).toEqual([
      expect.stringMatching(/:retry.* is not in the endpoint map$/),
    ]);
    expect(check(['/v1/{id}'], mapOf('/v1/{id}:cancel')).join()).toContain(
      'is not in the endpoint map',
    );
  });

  test('reports an entry that no route serves', () => {
    expect(check(['/v1/{id}'], mapOf('/v1/{id}', '/v1/{id}:cancel'))).toEqual([
      expect.stringContaining('also answers GET /v1/{id}:cancel, which has its own rule'),
    ]);
    expect(check(['/v1/{id}:retry'], mapOf('/v1/{id}:retry', '/v1/{id}:cancel'))).toEqual([
      'GET /v1/{id}:cancel is in the endpoint map, but no route serves it',
    ]);
  });
});

describe('a route whose colon the router takes for a parameter', () => {
  test('is not the endpoint with the colon on Express 4', () => {
    const app = (express4 as unknown as typeof express)();
    app.use(expressAdapter.requireAuth(createStubGuard(mapOf('/accounts:lookUp'))));
    app.get('/accounts:lookUp', (_req, res) => res.end());
    expect(readFaults(() => checkExpress(app)).join()).toContain(
      'GET /accounts:lookUp is not in the endpoint map',
    );
  });

  test('is not the endpoint with the colon on Express 5 and Koa', () => {
    const app = express();
    app.use(expressAdapter.requireAuth(createStubGuard(mapOf('/accounts:lookUp'))));
    app.get('/accounts:lookUp', (_req, res) => res.end());
    expect(readFaults(() => checkExpress(app)).join()).toContain('is not in the endpoint map');
    const router = new Router();
    router.get('/accounts:lookUp', () => undefined);
    const koa = new Koa<koaAdapter.AuthState>();
    koa.use(koaAdapter.requireAuth(createStubGuard(mapOf('/accounts:lookUp'))));
    koa.use(router.routes());
    expect(readFaults(() => checkKoa(koa)).join()).toContain('is not in the endpoint map');
  });

  const checkPath = (app: AnyHono, path: string, map: EndpointMap) => {
    app.use(honoAdapter.requireAuth(createStubGuard(map)));
    app.get(path, (c) => c.body(null));
    return readFaults(() => checkHono(app));
  };

  test('is reported on Hono, whose default router does so beside a parameter', () => {
    const map = mapOf('/v1/{id}/items:batch');
    expect(checkPath(new Hono(), '/v1/:id/items:batch', map)).toEqual([
      'GET /v1/:id/items:batch has a segment "items:batch" of which the router reads ":batch" as a ' +
        'parameter: write it as a parameter with a pattern, /:name{items:batch}',
    ]);
    expect(checkPath(new Hono(), '/v1/:id/:name{items:batch}', map)).toEqual([]);
    const trie = new Hono<honoAdapter.AuthEnv>({ router: new TrieRouter() });
    expect(checkPath(trie, '/v1/:id/items:batch', map)).toEqual([]);
  });

  test('is a parameter as a whole on Hono', () => {
    const map = mapOf('/v1/{id}:cancel', '/v1/{id}');
    expect(checkPath(new Hono(), '/v1/:id:cancel', map)).toEqual([
      'GET /v1/:id:cancel also answers GET /v1/{id}:cancel, which has its own rule but no route',
    ]);
  });

  test('cannot be checked on Hono if its pattern may hold a slash', () => {
    expect(checkPath(new Hono(), '/v1/:id{.+:cancel}', mapOf('/v1/{id}:cancel')).join()).toContain(
      'GET /v1/:id{.+:cancel} cannot be checked: it has a parameter with a pattern',
    );
  });
});
