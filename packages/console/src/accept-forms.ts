import { getRequestSite } from '@mandate/internal/request-site';
import type { MiddlewareHandler } from 'hono';
import { type ConsoleEnv, getView } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { readForm } from './form.js';
import type { FormTokens } from './form-tokens.js';

const FOREIGN = 'Another site sent this request. Nothing was changed.';
/** The configured `origin` is not the address that the administrator opened. */
const ELSEWHERE =
  'These pages were opened at an address that may not make changes. Nothing was changed.';
const STALE =
  'This form has expired. Nothing was changed. Open the page again and submit the form there.';
const SPENT =
  'This form has already been submitted. Nothing was changed. A secret is shown only once: if you did not copy it, rotate the token to get another.';

const READING = ['GET', 'HEAD'];

/** *Authorize export* may be submitted again: each submission starts another log-in. */
const REPEATABLE = /^\/exports\/[\w-]+\/authorize$/;

/** Rejects changes sent by another origin, before the administrator is identified. */
export function rejectForeignForms(origin: string | undefined): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (!READING.includes(c.req.method) && getRequestSite(c.req.raw, origin) !== 'same-origin') {
      const isOurs = c.req.header('sec-fetch-site') === 'same-origin';
      throw new ConsoleError(403, isOurs ? ELSEWHERE : FOREIGN);
    }
    await next();
  };
}

/** Accepts each form once, from the administrator who was shown it. A failed form can be sent again. */
export function acceptForms(formTokens: FormTokens): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    if (READING.includes(c.req.method)) return next();
    const form = await readForm(c.req.raw);
    const mayRepeat = REPEATABLE.test(c.req.path);
    const token = form.text('formToken');
    const claim = formTokens.claim(token, getView(c).admin.subject);
    if (claim === 'invalid') throw new ConsoleError(403, STALE);
    if (claim === 'spent' && !mayRepeat) throw new ConsoleError(409, SPENT);
    c.set('form', form);
    await next();
    const isDone = c.error === undefined && c.res.status < 400;
    if (claim === 'granted' && (!isDone || mayRepeat)) formTokens.release(token);
  };
}
