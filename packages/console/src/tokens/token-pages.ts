import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import { addAuditPage } from './audit-page.js';
import { addDescribePage } from './describe-token.js';
import { addFindSecretPage } from './find-secret.js';
import { addNewTokenPage } from './new-token.js';
import { addRevokeManyPage, type RevokeManyOptions } from './revoke-many.js';
import { addRevokePage } from './revoke-token.js';
import { addRotatePage } from './rotate-token.js';
import { addTokenList } from './token-list.js';
import { addTokenPage } from './token-page.js';

/** Adds every page for client tokens. */
export function addTokenPages(app: Hono<ConsoleEnv>, options: RevokeManyOptions): void {
  addTokenList(app, options);
  addAuditPage(app, options);
  addNewTokenPage(app, options);
  addFindSecretPage(app, options);
  addRevokeManyPage(app, options);
  addTokenPage(app, options);
  addDescribePage(app, options);
  addRotatePage(app, options);
  addRevokePage(app, options);
}
