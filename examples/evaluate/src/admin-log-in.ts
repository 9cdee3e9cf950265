import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AdminAccess } from '@mandate/console';
import express, { type Router } from 'express';

/** How an application knows its administrators: here with one password, and sessions in memory. */
export interface AdminLogIn {
  /** The form, to be mounted at `/log-in`. */
  readonly pages: Router;
  findAdmin(cookie: string | null): AdminAccess;
}

type Admins = Readonly<Record<string, Exclude<AdminAccess, 'anonymous' | undefined>>>;

export function createAdminLogIn(admins: Admins, password: string): AdminLogIn {
  const sessions = new Map<string, AdminAccess>();
  const pages = express.Router();

  pages.get('/', (_req, res) => void res.send(toPage('')));

  pages.post('/', express.urlencoded({ extended: false }), (req, res) => {
    const form = (req.body ?? {}) as Readonly<Record<string, string>>;
    const { user = '', password: given = '' } = form;
    const admin = Object.hasOwn(admins, user) ? admins[user] : undefined;
    if (admin === undefined || !isEqual(String(given), password)) {
      res.status(401).send(toPage('<p class="error" role="alert">That is not right.</p>'));
      return;
    }
    const session = randomBytes(24).toString('base64url');
    sessions.set(session, admin);
    // And `secure`, where there is TLS.
    res.cookie('session', session, { httpOnly: true, sameSite: 'strict', path: '/admin' });
    res.redirect(303, '/admin');
  });

  return {
    pages,
    findAdmin(cookie) {
      const session = /(?:^|; )session=([\w-]+)/.exec(cookie ?? '')?.[1];
      return session === undefined ? 'anonymous' : (sessions.get(session) ?? 'anonymous');
    },
  };
}

/** It borrows the style sheet of the pages that it leads to. */
function toPage(problem: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Log in</title>
<link rel="stylesheet" href="/admin/assets/console.css">
<main><form method="post" class="card form"><h1>Log in</h1>${problem}
<label>User <input name="user" autocomplete="username" autocapitalize="none" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<div><button class="button primary">Log in</button></div></form></main></html>`;
}

function isEqual(given: string, right: string): boolean {
  const [a, b] = [given, right].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a as Buffer, b as Buffer);
}
