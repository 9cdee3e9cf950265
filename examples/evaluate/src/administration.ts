import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createConsole } from '@mandate/console';
import { type Listening, listen } from '@mandate/example-local-issuer';
import { createPageAssets } from '@mandate/example-pages';
import type { Exports } from '@mandate/exports';
import { mountFetch } from '@mandate/express';
import type { TokenAuthority } from '@mandate/tokens';
import express from 'express';
import { createAdminLogIn } from './admin-log-in.js';
import type { DecisionHistory } from './decision-history.js';
import { createDecisionsPage } from './decisions-page.js';
import type { Page } from './guide.js';
import { SCOPES } from './scopes.js';

/** A server with the pages for administrators, and how to log in there. */
export interface AdministrationSite extends Listening {
  readonly password: string;
  /** The address below which log-ins at a CRM return. */
  readonly callbackUrl: string;
  /** Starts to answer requests. */
  serve(this: void, authority: TokenAuthority, service: Exports, history: DecisionHistory): void;
}

/** Who may log in, with the password that the guide prints. */
export const ADMINS = {
  root: { subject: 'root@example.com', isSuperAdmin: true },
  admin: { subject: 'admin@example.com', isSuperAdmin: false },
} as const;

export async function openAdministration(port: number): Promise<AdministrationSite> {
  const server = createServer();
  const listening = await listen(server, port);
  const password = randomBytes(9).toString('base64url');
  return {
    ...listening,
    password,
    callbackUrl: `${listening.url}/admin/exports/callback`,
    serve(authority, service, history) {
      const logIn = createAdminLogIn(ADMINS, password);
      const pages = createConsole({
        name: 'Mandate evaluation',
        tokens: { authority, scopes: SCOPES },
        exports: { service },
        authorizeAdmin: (request) => logIn.findAdmin(request.headers.get('cookie')),
        logInUrl: '/log-in',
        origin: listening.url,
        onError: (error) => console.error(error),
      });
      const app = express();
      app.get('/', (_req, res) => res.redirect('/admin'));
      app.use('/assets', createPageAssets());
      app.use('/admin/decisions', createDecisionsPage(history, logIn.findAdmin));
      app.use('/admin', mountFetch(pages));
      app.use('/log-in', logIn.pages);
      server.on('request', app);
    },
  };
}

/** The lines about this server in the guide. */
export function listAdministrationPages({ url, password }: AdministrationSite): readonly Page[] {
  const logIn = `user ${Object.keys(ADMINS).join(' or ')}, password ${password}`;
  return [
    { name: 'Console', url: `${url}/`, note: logIn },
    { name: 'Decisions', url: `${url}/admin/decisions`, note: undefined },
  ];
}
