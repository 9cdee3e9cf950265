import { createServer } from 'node:http';
import formBody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import { requireAuth, requireGroup, requireScopes } from '@mandate/fastify';
import { checkRoutes, trackRoutes } from '@mandate/fastify/check-routes';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import {
  ACT_AS_HEADERS,
  type BodyApplication,
  readActAs,
  readGroup,
  readTyped,
  toBodyEndpoints,
  toGroupRule,
  toReached,
} from '../body-application.js';
import type { Built, World } from './host.js';
import { checkVouched } from './vouch.js';

export function buildFastifyBodies(app: BodyApplication, world: World): Built {
  const root: FastifyInstance = Fastify({
    serverFactory: (handle) =>
      createServer((req, res) => {
        root.ready().then(
          () => handle(req, res),
          () => res.writeHead(500).end(),
        );
      }),
  });
  trackRoutes(root);
  const isActing = app.source === 'act-as';
  const guard = (isActing ? world.createActingGuard : world.createGuard)(toBodyEndpoints(app));
  root.register(async (api) => {
    for (const parser of [...app.before, ...app.after]) await installParser(api, parser);
    await api.register(requireAuth(guard, { endpoints: app.style }));
    api.post('/t/:g', toRule(app), (request, reply) => {
      world.reach(toReached(read(app, request), app));
      reply.send('handled');
    });
  });
  return {
    server: root.server,
    check: async () => {
      await root.ready();
      checkVouched((options) => checkRoutes(root, options));
    },
  };
}

function toRule(app: BodyApplication) {
  if (app.style === 'by-map') return {};
  const isActing = app.source === 'act-as';
  const group = isActing ? {} : { group: toGroupRule(app) };
  if (app.reading % 2 === 0) return { config: { auth: { scopes: [], ...group } } };
  return { preHandler: isActing ? requireScopes() : requireGroup(toGroupRule(app)) };
}

/** What the handler acts on. */
export function read(
  { source, reading, choice }: BodyApplication,
  request: FastifyRequest,
): unknown {
  if (source === 'path') return (request.params as { readonly g?: string }).g;
  if (source === 'query') return (request.query as { readonly group?: unknown }).group;
  if (source === 'header') return request.headers['x-group'];
  if (source === 'act-as') {
    return readActAs(
      ACT_AS_HEADERS.map((name) => String(request.headers[name.toLowerCase()] ?? '')),
    );
  }
  const { rawBody } = request as { readonly rawBody?: string };
  if (rawBody === undefined || reading % 3 !== 0) return readGroup(request.body);
  try {
    return readTyped(rawBody, request.headers['content-type']?.toLowerCase(), choice);
  } catch {
    return undefined;
  }
}

export function installParser(api: FastifyInstance, choice: number): unknown {
  return PARSERS[choice % PARSERS.length]?.(api);
}

type Install = (api: FastifyInstance) => unknown;

/** Each replaces the parser of its types. */
const PARSERS: readonly Install[] = [
  () => undefined,
  (api) => once(api, formBody),
  (api) => once(api, multipart, { attachFieldsToBody: 'keyValues' }),
  (api) => once(api, multipart, {}),
  (api) => parseAs(api, ['application/json', /^application\/.+\+json$/], JSON.parse),
  (api) => parseAs(api, ['application/json'], JSON.parse, true),
  (api) => parseAs(api, ['application/x-www-form-urlencoded'], toForm, true),
  (api) => parseAs(api, ['*'], (text) => text),
  (api) => parseAs(api, ['text/plain'], JSON.parse),
  (api) => {
    api.removeAllContentTypeParsers();
    api.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
  },
];

function once(api: FastifyInstance, plugin: unknown, options = {}): unknown {
  const type = plugin === formBody ? 'application/x-www-form-urlencoded' : 'multipart/form-data';
  if (api.hasContentTypeParser(type)) return undefined;
  return api.register(plugin as typeof formBody, options);
}

function parseAs(
  api: FastifyInstance,
  types: (string | RegExp)[],
  parse: (text: string) => unknown,
  keepsText = false,
): void {
  for (const type of types) if (api.hasContentTypeParser(type)) api.removeContentTypeParser(type);
  api.addContentTypeParser(types as string[], { parseAs: 'string' }, (request, text, done) => {
    try {
      if (keepsText) Object.assign(request, { rawBody: text });
      done(null, parse(String(text)));
    } catch (error) {
      done(error as Error);
    }
  });
}

function toForm(text: string): unknown {
  return Object.fromEntries(new URLSearchParams(text));
}
