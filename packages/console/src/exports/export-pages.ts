import type { Hono } from 'hono';
import type { ConsoleEnv } from '../console-env.js';
import { addAuthorization } from './authorize-export.js';
import { addConnectionList } from './connection-list.js';
import { addConnectionPage } from './connection-page.js';
import { addConnectionSwitch } from './connection-switch.js';
import { addDeliveryLog } from './delivery-log.js';
import { addDisconnectPage } from './disconnect.js';
import { addEditConnectionPage } from './edit-connection.js';
import type { ExportPagesOptions } from './export-pages-options.js';
import { addNewConnectionPage } from './new-connection.js';
import { addReplayPage } from './replay-page.js';
import { addSigningSecretPage } from './signing-secret.js';
import { addTestEvent } from './test-event.js';

/** Adds every page for exports. */
export function addExportPages(app: Hono<ConsoleEnv>, options: ExportPagesOptions): void {
  addConnectionList(app, options);
  addNewConnectionPage(app, options);
  addConnectionPage(app, options);
  addEditConnectionPage(app, options);
  addAuthorization(app, options);
  addConnectionSwitch(app, options);
  addDisconnectPage(app, options);
  addSigningSecretPage(app, options);
  addDeliveryLog(app, options);
  addReplayPage(app, options);
  addTestEvent(app, options);
}
