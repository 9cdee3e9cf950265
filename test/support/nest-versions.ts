import type { Server } from 'node:http';
import * as nest12 from '../nest/nest.js';
import * as nest11 from '../nest11/nest.js';

/** Nest and `@mandate/nest` of one version. */
export type Nest = typeof nest12;

export const NEST_12: Nest = nest12;
/** Its types differ in what no test uses. */
export const NEST_11 = nest11 as unknown as Nest;

export type Adapter = InstanceType<Nest['ExpressAdapter'] | Nest['FastifyAdapter']>;

export type ArgumentsHost = Parameters<
  InstanceType<Nest['core']['BaseExceptionFilter']>['catch']
>[1];

/** A class. */
export type Type = new () => object;

export type Platform = 'express' | 'fastify';

export function createAdapter(nest: Nest, platform: Platform): Adapter {
  return platform === 'express' ? new nest.ExpressAdapter() : new nest.FastifyAdapter();
}

/** What tests set before an application starts. */
export type App = Awaited<ReturnType<Nest['core']['NestFactory']['create']>>;

interface Start {
  readonly nest: Nest;
  readonly platform: Platform;
  readonly setUp?: (app: App) => unknown;
  /** Default: the adapter of the platform, without options. */
  readonly adapter?: Adapter;
  readonly options?: Parameters<Nest['core']['NestFactory']['create']>[2];
}

/** Starts an application without a port. */
export async function startNest(
  module: Type,
  {
    nest,
    platform,
    setUp = () => undefined,
    adapter = createAdapter(nest, platform),
    options,
  }: Start,
): Promise<App> {
  const app = await nest.core.NestFactory.create(module, adapter, {
    ...options,
    logger: false,
    abortOnError: false,
  });
  await setUp(app);
  await app.init();
  if (platform === 'fastify') await adapter.getInstance().ready();
  return app;
}

export function getServer(app: App): Server {
  return app.getHttpServer() as Server;
}
