import type { WebhookHeader } from '../model/connection-settings.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { SecretBox } from './secret-box.js';
import { toHeaderContext } from './secret-context.js';

/**
 * Opens the static header of a webhook, if it has one.
 *
 * @throws Error if its value cannot be opened.
 */
export async function openWebhookHeader(
  box: SecretBox,
  connection: StoredConnection,
): Promise<WebhookHeader | undefined> {
  const { headerName, sealedHeaderValue } = connection;
  if (headerName === undefined || sealedHeaderValue === undefined) return undefined;
  const value = await box.open(sealedHeaderValue, toHeaderContext(connection));
  return { name: headerName, value };
}
