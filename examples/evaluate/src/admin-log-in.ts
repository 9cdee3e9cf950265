import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AdminAccess } from '@mandate/console';
import { escapeHtml, sendPage } from '@mandate/example-pages';
import express, { type Response, type Router } from 'express';

/** The application's own log-in for administrators: here one password, and sessions in memory. */
export interface AdminLogIn {
  /** The log-in form. Mount it at `/log-in`. */
  readonly pages: Router;
  findAdmin(this: void, cookie: string | null): AdminAccess;
}

type Admins = Readonly<Record<string, Exclude<AdminAccess, 'anonymous' | undefined>>>;

export function createAdminLogIn(admins: Admins, password: string): AdminLogIn {
  const sessions = new Map<string, AdminAccess>();
  const pages = express.Router();

  pages.get('/', (_req, res) => sendLogIn(res, {}));

  pages.post('/', express.urlencoded({ extended: false }), (req, res) => {
    const form = (req.body ?? {}) as Readonly<Record<string, string>>;
    const { user = '', password: given = '' } = form;
    const admin = Object.hasOwn(admins, user) ? admins[user] : undefined;
    if (admin === undefined || !isEqual(String(given), password)) {
      return sendLogIn(res.status(401), { user: String(user), isRejected: true });
    }
    const session = randomBytes(24).toString('base64url');
    sessions.set(session, admin);
    // With TLS, also set `secure`.
    res.cookie('session', session, { httpOnly: true, sameSite: 'strict', path: '/admin' });
    res.redirect(303, req.query['to'] === 'decisions' ? '/admin/decisions' : '/admin');
  });

  return {
    pages,
    findAdmin(cookie) {
      const session = /(?:^|; )session=([\w-]+)/.exec(cookie ?? '')?.[1];
      return session === undefined ? 'anonymous' : (sessions.get(session) ?? 'anonymous');
    },
  };
}

interface Attempt {
  readonly user?: string;
  readonly isRejected?: boolean;
}

/** The form. After a rejected attempt it keeps the user name, and the password gets the focus. */
function sendLogIn(res: Response, { user = '', isRejected = false }: Attempt): void {
  const error =
    '<p class="error" id="error" role="alert">The user name or the password is wrong.</p>';
  const [first, second] = isRejected
    ? ['', 'autofocus aria-describedby="error"']
    : ['autofocus', ''];
  const body = `<form method="post" class="card narrow"><h2>Log in</h2>${isRejected ? error : ''}
<label for="user">User name</label>
<input id="user" name="user" value="${escapeHtml(user)}" autocomplete="username" autocapitalize="none" spellcheck="false" required ${first}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required ${second}>
<button>Log in</button></form>`;
  sendPage(res, { title: 'Mandate evaluation', body, assets: '/assets' });
}

function isEqual(given: string, right: string): boolean {
  const [a, b] = [given, right].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a as Buffer, b as Buffer);
}
