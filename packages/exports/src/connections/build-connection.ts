import type { NewConnection } from '../model/connection-settings.js';
import { toClientSecretContext, toHeaderContext } from '../secrets/secret-context.js';
import { createSigningSecret, sealSigningSecret } from '../secrets/signing-secrets.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { checkConnection } from './connection-input.js';
import type { ConnectionParts } from './connection-parts.js';
import { toSettings } from './connection-settings.js';
import { toUnauthorized } from './connection-status.js';

/**
 * Builds a new connection to store, with its secrets sealed, and the signing secret of a webhook.
 *
 * @throws ExportError `invalid` with every fault.
 */
export async function buildConnection(parts: ConnectionParts, input: NewConnection) {
  const { box, egress, now, random } = parts;
  const checked = checkConnection(input, { egress, needsSecret: true });
  const id = Buffer.from(random(16)).toString('hex');
  const isWebhook = checked.destination.kind === 'webhook';
  const signingSecret = isWebhook ? createSigningSecret(random) : undefined;
  const settings = { ...toSettings(checked), id };
  const { clientSecret, header } = checked;
  const context = toClientSecretContext(settings);
  const stored: StoredConnection = {
    ...toUnauthorized(settings, now()),
    ...settings,
    version: 1,
    sealedClientSecret: clientSecret && (await box.seal(clientSecret, context)),
    headerName: header?.name,
    sealedHeaderValue: header && (await box.seal(header.value, toHeaderContext(settings))),
    sealedSigningSecrets: signingSecret && (await sealSigningSecret(box, id, signingSecret)),
    createdAtMs: now(),
  };
  return { stored, signingSecret };
}
