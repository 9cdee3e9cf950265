import { createServer, type RequestListener, type Server } from 'node:http';
import formBody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import { createAdaptorServer, getRequestListener } from '@hono/node-server';
import { bodyParser } from '@koa/bodyparser';
import koaMulter from '@koa/multer';
import type { Guard } from '@mandate/core';
import { requireAuth as requireExpress } from '@mandate/express';
import { requireAuth as requireFastify } from '@mandate/fastify';
import { guardFetch } from '@mandate/fetch';
import { requireAuth as requireHono } from '@mandate/hono';
import { requireAuth as requireKoa } from '@mandate/koa';
import bodyParser1 from 'body-parser-1';
import express, { type RequestHandler } from 'express';
import Fastify, { type FastifyInstance } from 'fastify';
import formidable from 'formidable';
import { type Context, Hono } from 'hono';
import Koa, { type Middleware } from 'koa';
import { koaBody } from 'koa-body';
import oldBodyParser from 'koa-bodyparser';
import multer from 'multer';

/** What a handler found under `group`; `undefined` if it found nothing. */
export type Seen = (group: unknown) => void;

/** Parsers before the guard, and a handler behind it that parses once more in some way. */
export interface Stack {
  readonly name: string;
  /** The kinds of bodies that the parsers before the guard parse. */
  readonly parses: readonly ('json' | 'form' | 'multipart')[];
  /** What the host answers to a body that it does not parse. Default 400: the guard rejects it. */
  readonly unparsed?: number;
  start(guard: Guard, seen: Seen): Server;
}

function groupOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'group' in body ? body.group : undefined;
}

const JSON_AND_FORM = ['json', 'form'] as const;
const EXPRESS_BEFORE: Readonly<Record<string, readonly [Stack['parses'], RequestHandler[]]>> = {
  'express.json and urlencoded': [
    JSON_AND_FORM,
    [express.json(), express.urlencoded({ extended: true })],
  ],
  'a verify that keeps the text': [
    ['json'],
    [
      express.json({
        verify: (req, _res, bytes) => {
          Object.assign(req, { rawBody: bytes });
        },
      }),
    ],
  ],
  'body-parser 1': [
    JSON_AND_FORM,
    [bodyParser1.json(), bodyParser1.urlencoded({ extended: false })],
  ],
  'express.text and raw': [[], [express.text({ type: 'text/*' }), express.raw({ type: '*/*' })]],
  multer: [['multipart'], [multer().any()]],
  nothing: [[], []],
};

/** Parsers at the route. They parse whatever is left, whatever its type. */
const EXPRESS_BEHIND: Readonly<Record<string, RequestHandler>> = {
  'multer, express.json and urlencoded': express
    .Router()
    .use(
      multer().any(),
      express.json({ type: () => true }),
      express.urlencoded({ extended: true, type: () => true }),
    ),
  formidable: (req, _res, next) => {
    formidable()
      .parse(req)
      .then(([fields]) => Object.assign(req, { body: { group: fields['group']?.[0] } }))
      .then(() => next(), next);
  },
};

/** A second parser would wait for ever for the end of a request that has ended. */
function unlessRead(parse: RequestHandler): RequestHandler {
  return (req, res, next) => (req.readableEnded ? next() : parse(req, res, next));
}

function startExpress(guard: Guard, seen: Seen, handlers: readonly RequestHandler[][]): Server {
  const [before = [], behind = []] = handlers;
  const app = express().set('env', 'test'); // so that it logs no faults
  const answer: RequestHandler = (req, res) => {
    seen(groupOf(req.body));
    res.end('handled');
  };
  for (const parse of before) app.use(parse);
  app.use(requireExpress(guard)).post('/', ...behind, answer);
  return createServer(app);
}

const KOA_BEFORE: Readonly<Record<string, readonly [Stack['parses'], Middleware[]]>> = {
  '@koa/bodyparser': [JSON_AND_FORM, [bodyParser()]],
  'koa-bodyparser': [JSON_AND_FORM, [oldBodyParser()]],
  'koa-body': [['json', 'form', 'multipart'], [koaBody({ multipart: true })]],
  'koa-body that keeps the text': [JSON_AND_FORM, [koaBody({ includeUnparsed: true })]],
  '@koa/bodyparser and @koa/multer': [
    ['json', 'form', 'multipart'],
    [bodyParser(), koaMulter().any()],
  ],
  nothing: [[], []],
};

const KOA_BEHIND: Readonly<Record<string, Middleware>> = {
  '@koa/multer': koaMulter().any(),
  'koa-body': koaBody({ multipart: true }),
};

function startKoa(guard: Guard, seen: Seen, middleware: readonly Middleware[]): Server {
  const app = new Koa();
  app.silent = true;
  const [behind, ...before] = [...middleware].reverse();
  for (const one of before.reverse()) app.use(one);
  app.use(requireKoa(guard) as Middleware);
  if (behind) app.use((ctx, next) => (ctx.req.readableEnded ? next() : behind(ctx, next)));
  app.use((ctx) => {
    seen(groupOf((ctx.request as { body?: unknown }).body));
    ctx.body = 'handled';
  });
  return createServer(app.callback() as RequestListener);
}

const HONO_READS: Readonly<Record<string, (c: Context) => Promise<unknown>>> = {
  json: async (c) => groupOf(await c.req.json()),
  parseBody: async (c) => groupOf(await c.req.parseBody()),
  'parseBody with all and dot': async (c) =>
    groupOf(await c.req.parseBody({ all: true, dot: true })),
  formData: async (c) => (await c.req.formData()).get('group') ?? undefined,
  'the last field of formData': async (c) => (await c.req.formData()).getAll('group').at(-1),
  'JSON of the text': async (c) => groupOf(JSON.parse(await c.req.text())),
  'a form of the bytes': async (c) =>
    new URLSearchParams(Buffer.from(await c.req.arrayBuffer()).toString()).get('group') ??
    undefined,
};

function startHono(guard: Guard, seen: Seen, read: (c: Context) => Promise<unknown>): Server {
  const app = new Hono().use(requireHono(guard));
  app.post('/', async (c) => {
    seen(await read(c).catch(() => undefined));
    return c.text('handled');
  });
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

const FETCH_READS: Readonly<Record<string, (request: Request) => Promise<unknown>>> = {
  json: async (request) => groupOf(await request.json()),
  formData: async (request) => (await request.formData()).get('group') ?? undefined,
  'the last field of formData': async (request) =>
    (await request.formData()).getAll('group').at(-1),
  'JSON of the text': async (request) => groupOf(JSON.parse(await request.text())),
  'a form of the bytes': async (request) =>
    new URLSearchParams(Buffer.from(await request.arrayBuffer()).toString()).get('group') ??
    undefined,
};

function startFetch(guard: Guard, seen: Seen, read: (request: Request) => Promise<unknown>) {
  const handle = guardFetch(guard, async (request: Request) => {
    seen(await read(request).catch(() => undefined));
    return new Response('handled');
  });
  return createServer(getRequestListener(handle));
}

const FASTIFY_PARSERS: Readonly<
  Record<string, readonly [Stack['parses'], (app: FastifyInstance) => void]>
> = {
  'its own parsers': [['json'], () => undefined],
  '@fastify/formbody': [JSON_AND_FORM, (app) => void app.register(formBody)],
  '@fastify/multipart': [
    ['json', 'multipart'],
    (app) => void app.register(multipart, { attachFieldsToBody: 'keyValues' }),
  ],
  'a parser of text': [
    ['json'],
    (app) =>
      void app.addContentTypeParser('*', { parseAs: 'string' }, (_r, text, done) =>
        done(null, text),
      ),
  ],
};

function startFastify(guard: Guard, seen: Seen, install: (app: FastifyInstance) => void): Server {
  const app: FastifyInstance = Fastify({
    serverFactory: (handle): Server =>
      createServer((req, res) => void app.ready().then(() => handle(req, res))),
  });
  app.register(requireFastify(guard));
  install(app);
  app.post('/', (request, reply) => {
    seen(groupOf(request.body));
    reply.send('handled');
  });
  return app.server;
}

export const STACKS: readonly Stack[] = [
  ...Object.entries(EXPRESS_BEFORE).flatMap(([before, [parses, handlers]]) =>
    Object.entries(EXPRESS_BEHIND).map(
      ([behind, handler]): Stack => ({
        name: `Express with ${before}, then ${behind}`,
        parses,
        start: (guard, seen) => startExpress(guard, seen, [handlers, [unlessRead(handler)]]),
      }),
    ),
  ),
  ...Object.entries(KOA_BEFORE).flatMap(([before, [parses, middleware]]) =>
    Object.entries(KOA_BEHIND).map(
      ([behind, handler]): Stack => ({
        name: `Koa with ${before}, then ${behind}`,
        parses,
        start: (guard, seen) => startKoa(guard, seen, [...middleware, handler]),
      }),
    ),
  ),
  ...Object.entries(HONO_READS).map(
    ([how, read]): Stack => ({
      name: `Hono with a handler that reads by ${how}`,
      parses: ['json', 'form', 'multipart'],
      start: (guard, seen) => startHono(guard, seen, read),
    }),
  ),
  ...Object.entries(FASTIFY_PARSERS).map(
    ([parser, [parses, install]]): Stack => ({
      name: `Fastify with ${parser}`,
      ...(parser !== 'a parser of text' && { unparsed: 415 }),
      parses,
      start: (guard, seen) => startFastify(guard, seen, install),
    }),
  ),
  ...Object.entries(FETCH_READS).map(
    ([how, read]): Stack => ({
      name: `A handler of Requests that reads by ${how}`,
      parses: ['json', 'form', 'multipart'],
      start: (guard, seen) => startFetch(guard, seen, read),
    }),
  ),
];
