import type { MiddlewareHandler } from 'hono';
import { type ConsoleEnv, getView } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { readForm } from './form.js';
import type { FormTokens } from './form-tokens.js';
import { isSameOrigin } from './same-origin.js';

const FOREIGN = 'This was sent by a page of another site. Nothing was changed.';
/** What is configured as `origin` is not what admins open, or they open something else. */
const ELSEWHERE =
  'These pages were opened at another address than the one that changes are taken from. Nothing was changed.';
const STALE =
  'This form is too old, or was not shown to you. Nothing was changed: open it again and send it from there.';
const SPENT =
  'This form was sent already, and is not carried out again. A secret is shown only once: if you did not copy it, rotate the token to get another.';

const READING = ['GET', 'HEAD'];

/** Pressing *Authorize export* again begins another log-in, also while the first is still on its way. */
const REPEATABLE = /^\/exports\/[\w-]+\/authorize$/;

/** Stops what another origin sends before anybody is asked who sent it. */
export function refuseForeignForms(origin: string | undefined): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (!READING.includes(c.req.method) && !isSameOrigin(c.req.raw, origin)) {
      const isOurs = c.req.header('sec-fetch-site') === 'same-origin';
      throw new ConsoleError(403, isOurs ? ELSEWHERE : FOREIGN);
    }
    await next();
  };
}

/** Takes forms that the same admin was shown, each once; what changed nothing can be sent again. */
export function acceptForms(formTokens: FormTokens): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (READING.includes(c.req.method)) return next();
    const form = await readForm(c.req.raw);
    const mayRepeat = REPEATABLE.test(c.req.path);
    const token = form.text('formToken');
    const claim = formTokens.claim(token, getView(c).admin.subject);
    if (claim === 'refused') throw new ConsoleError(403, STALE);
    if (claim === 'spent' && !mayRepeat) throw new ConsoleError(409, SPENT);
    c.set('form', form);
    await next();
    const isDone = c.error === undefined && c.res.status < 400;
    if (claim === 'granted' && (!isDone || mayRepeat)) formTokens.release(token);
  };
}
