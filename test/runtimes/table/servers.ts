import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Guard } from '@mandate/core';
import type { Mounting } from '../../contract/case.js';
import type { Reach } from '../../contract/hosts/echo.js';
import { createExpress } from '../../contract/hosts/express.js';
import { createFastify } from '../../contract/hosts/fastify.js';
import { createFetch, createFetchHandler } from '../../contract/hosts/fetch.js';
import { createHono, createHonoApp } from '../../contract/hosts/hono.js';
import { createKoa } from '../../contract/hosts/koa.js';
import { createObserved } from './observed.js';
import type { Host, Row } from './row.js';

type Create = (guard: Guard, mounting: Mounting, reach: Reach) => Server | Promise<Server>;

const CREATE: Readonly<Record<Host, Create>> = {
  express: createExpress,
  koa: createKoa,
  hono: createHono,
  fastify: createFastify,
  fetch: createFetch,
};

/** Starts a server. Returns its port, and what takes what happened in it. */
export async function startRow({ host, mounting, isNative }: Row) {
  const { guard, reach, take } = createObserved(mounting);
  if (isNative) {
    const handle =
      host === 'hono'
        ? createHonoApp(guard, mounting, reach).fetch
        : createFetchHandler(guard, mounting, reach);
    return { port: serveNatively((request) => handle(request)), take };
  }
  const server = await CREATE[host](guard, mounting, reach);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, take };
}

type Handle = (request: Request) => Response | Promise<Response>;
interface Address {
  readonly port: number;
  readonly hostname: string;
}

/** The servers of Bun and Deno. Their types are not installed. */
interface Natives {
  readonly Bun?: { serve(options: Address & { fetch: Handle }): { readonly port: number } };
  readonly Deno?: {
    serve(options: Address & { onListen(): void }, handle: Handle): { readonly addr: Address };
  };
}

function serveNatively(handle: Handle): number {
  const { Bun, Deno } = globalThis as Natives;
  const address = { port: 0, hostname: '127.0.0.1' };
  if (Bun !== undefined) return Bun.serve({ ...address, fetch: handle }).port;
  if (Deno !== undefined) return Deno.serve({ ...address, onListen() {} }, handle).addr.port;
  throw new Error('this runtime has no server of its own');
}
