import type { FetchHandler } from '@mandate/core';
import { mountFetch as mountOnExpress } from '@mandate/express';
import { mountFetch as mountOnHono } from '@mandate/hono';
import { mountFetch as mountOnKoa } from '@mandate/koa';
import { describe, expect, test } from 'vitest';

describe.each([
  ['Express', mountOnExpress],
  ['Koa', mountOnKoa],
  ['Hono', mountOnHono],
])('mountFetch of %s', (_host, mountFetch) => {
  test.each([
    ['nothing', undefined],
    ['the promise of a handler', Promise.resolve()],
    ['an application in place of its fetch', { fetch: () => new Response() }],
  ])('rejects %s at creation, and not with a 500 for each request', (_what, handler) => {
    const mount = () => mountFetch(handler as unknown as FetchHandler);
    expect(mount).toThrow(TypeError);
    expect(mount).toThrow('mountFetch: the handler must be a function');
  });
});
