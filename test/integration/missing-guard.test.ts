import type { Guard } from '@mandate/core';
import * as express from '@mandate/express';
import * as hono from '@mandate/hono';
import * as koa from '@mandate/koa';
import { expect, test } from 'vitest';

test.each(Object.entries({ express, hono, koa }))(
  'requireAuth of %s without a guard fails when it is called, not at each request',
  (_, { requireAuth }) => {
    expect(() => requireAuth(undefined as unknown as Guard)).toThrow(
      /pass a guard from createGuard/,
    );
  },
);
