import type { MiddlewareHandler } from 'hono';
import { isAdmin } from './authorize-admin.js';
import type { ConsoleEnv } from './console-env.js';
import { ConsoleError } from './console-error.js';
import { type ConsoleOptions, DEFAULT_NAME } from './console-options.js';
import type { FormTokens } from './form-tokens.js';
import { createLink, type Section } from './view.js';

export interface RequireAdminOptions
  extends Pick<ConsoleOptions, 'authorizeAdmin' | 'name' | 'logOutUrl'> {
  readonly sections: readonly Section[];
  readonly formTokens: FormTokens;
  readonly now: () => number;
}

/** Admits administrators only, and prepares the view that their pages need. */
export function requireAdmin(options: RequireAdminOptions): MiddlewareHandler<ConsoleEnv> {
  const { authorizeAdmin, name, logOutUrl, sections, formTokens, now } = options;
  return async (c, next) => {
    c.set('isAuthorizing', true);
    const admin = await authorizeAdmin(c.req.raw, c.env);
    c.set('isAuthorizing', false);
    if (admin === 'anonymous') throw new ConsoleError(401, 'Log in to see this page.');
    if (!isAdmin(admin)) throw new ConsoleError(403, 'This page is for administrators.');
    c.set('view', {
      name: name ?? DEFAULT_NAME,
      sections,
      logOutUrl,
      admin,
      now: new Date(now()),
      path: c.req.path,
      link: createLink(c.req.path),
      createFormToken: () => formTokens.create(admin.subject),
    });
    await next();
  };
}
