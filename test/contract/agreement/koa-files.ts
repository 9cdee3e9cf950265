import { createRequire } from 'node:module';
import type { Context, Middleware } from 'koa';

/** Both packages are CommonJS without types. */
const require = createRequire(import.meta.url);

/** koa-static */
export const serveFiles = require('koa-static') as (root: string) => Middleware;

/** koa-send */
export const sendFile = require('koa-send') as (
  ctx: Context,
  path: string,
  options: { readonly root: string; readonly index?: string },
) => Promise<string>;
