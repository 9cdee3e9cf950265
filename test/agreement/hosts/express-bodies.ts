import { createServer, type IncomingMessage } from 'node:http';
import { requireAuth, requireGroup, requireScopes } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import bodyParser from 'body-parser';
import olderBodyParser from 'body-parser-1';
import busboy from 'busboy';
import express, { type Request, type RequestHandler } from 'express';
import formidable from 'formidable';
import multer from 'multer';
import {
  ACT_AS_HEADERS,
  type BodyApplication,
  readActAs,
  readGroup,
  readTyped,
  toBodyEndpoints,
  toGroupRule,
  toOne,
  toReached,
} from '../body-application.js';
import type { Built, World } from './host.js';
import { checkVouched, vouch } from './vouch.js';

export function buildExpressBodies(app: BodyApplication, world: World): Built {
  const root = express();
  if (app.extendedQuery) root.set('query parser', 'extended');
  for (const parser of app.before) root.use(pickParser(parser));
  const isActing = app.source === 'act-as';
  const guard = (isActing ? world.createActingGuard : world.createGuard)(toBodyEndpoints(app));
  root.use(requireAuth(guard, { endpoints: app.style }));
  const rule = isActing ? requireScopes() : requireGroup(toGroupRule(app));
  const rules = app.style === 'by-route' ? [rule] : [];
  root.post(
    '/t/:g',
    ...(rules as RequestHandler[]),
    ...app.after.map(pickParser),
    async (req, res) => {
      world.reach(toReached(await read(app, req), app));
      res.end('handled');
    },
  );
  root.use(((_error, _req, res, _next) => {
    res.status(500).end('fault');
  }) satisfies express.ErrorRequestHandler);
  return {
    server: createServer(root),
    check: () => checkVouched((options) => checkRoutes(root, options)),
  };
}

/** What the handler acts on. */
export function read({ source, reading, choice }: BodyApplication, req: Request): unknown {
  if (source === 'path') return req.params['g'];
  if (source === 'query') return req.query['group'];
  if (source === 'header') return req.get('X-Group');
  if (source === 'act-as') return readActAs(ACT_AS_HEADERS.map((name) => req.get(name)));
  if (reading % 3 === 0 && typeof req.body === 'string') {
    return readTyped(req.body, req.get('content-type')?.toLowerCase(), choice);
  }
  if (reading % 4 !== 0 || req.readableEnded) return readGroup(req.body);
  return reading % 8 === 0 ? readBusboy(req) : readFormidable(req);
}

/** The values of a multipart or form body that the handler itself parses. */
function readBusboy(req: IncomingMessage): Promise<unknown> {
  return new Promise((resolve) => {
    const values: string[] = [];
    try {
      const reader = busboy({ headers: req.headers });
      reader.on('field', (name: string, value: string) => {
        if (name === 'group') values.push(value);
      });
      reader.on('error', () => resolve(undefined));
      reader.on('close', () => resolve(toOne(values)));
      req.pipe(reader as NodeJS.WritableStream);
    } catch {
      resolve(undefined);
    }
  });
}

async function readFormidable(req: IncomingMessage): Promise<unknown> {
  try {
    const [fields] = await formidable().parse(req);
    return toOne(fields['group']);
  } catch {
    return undefined;
  }
}

/** These parsers wait for ever if the stream was already consumed. */
export function pickParser(choice: number): RequestHandler {
  const parser = PARSERS[choice % PARSERS.length] as RequestHandler;
  return vouch((req, res, next) => (req.readableEnded ? next() : parser(req, res, next)));
}

const upload = multer();

const PARSERS: readonly RequestHandler[] = [
  express.json(),
  express.json(),
  express.json({ strict: false }),
  express.json({ type: ['json', '+json'] }),
  express.json({ type: '*/*' }),
  express.urlencoded(),
  express.urlencoded({ extended: true }),
  express.urlencoded({ extended: false, type: () => true }),
  express.text(),
  express.text({ type: '*/*' }),
  express.raw(),
  express.raw({ type: '*/*' }),
  bodyParser.json(),
  bodyParser.urlencoded({ extended: false }),
  olderBodyParser.json(),
  olderBodyParser.urlencoded({ extended: true }),
  olderBodyParser.text(),
  upload.none(),
  upload.any(),
];
