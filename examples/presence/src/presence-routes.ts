import express, {
  type ErrorRequestHandler,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import type { Visitors } from './visitors.js';

/** The Presence Service. It relies on the guard, which admits only agents of the named group. */
export function createPresenceRoutes(origin: string, visitors: Visitors): Router {
  const routes = express.Router();
  routes.get(
    '/lookupvisitor',
    forVisitor(({ groupid, visitorid }, _body, res) => {
      const timestamp = visitors.find(groupid, visitorid);
      res.json({ groupid, visitorid, visitorpresent: timestamp !== undefined, timestamp });
    }),
  );
  routes.get(
    '/findvisitor',
    forVisitor(({ groupid, visitorid }, _body, res) => {
      const visitorfound = visitors.find(groupid, visitorid) !== undefined;
      res.json({ groupid, visitorid, visitorfound, directserver: origin });
    }),
  );
  routes.post(
    '/signalvisitor',
    express.json({ limit: '16kb' }),
    forVisitor(({ groupid, visitorid }, { mtype, data }, res) => {
      if (mtype !== 'invoke' && mtype !== 'signal') sendError(res, 400, 'invalid_signal');
      else if (visitors.signal(groupid, visitorid, { mtype, data })) res.json({});
      else sendError(res, 404, 'visitornotpresent');
    }),
  );
  routes.post(
    '/visit',
    forVisitor(({ groupid, visitorid }, _body, res) => {
      res.json({ signals: visitors.visit(groupid, visitorid) });
    }),
  );
  routes.use(hideDetails);
  return routes;
}

interface VisitorName {
  readonly groupid: string;
  readonly visitorid: string;
}

function forVisitor(
  answer: (visitor: VisitorName, body: Readonly<Record<string, unknown>>, res: Response) => void,
): RequestHandler {
  return (req, res) => {
    const { groupid, visitorid } = req.query;
    const isId = (id: unknown): id is string => typeof id === 'string' && /^[\w~-]{1,62}$/.test(id);
    if (isId(groupid) && isId(visitorid)) answer({ groupid, visitorid }, req.body ?? {}, res);
    else sendError(res, 400, 'invalid_visitor');
  };
}

function sendError(res: Response, status: number, code: string): void {
  res.status(status).json({ status, code });
}

/** Answers without details. By default, Express sends the stack. */
const hideDetails: ErrorRequestHandler = (error, _req, res, _next) => {
  const status = Number(error?.status) || 500;
  sendError(res, status, status < 500 ? 'invalid_request' : 'service_error');
};
