import type { ConnectionChanges } from '../model/connection-settings.js';
import type { SecretBox } from '../secrets/secret-box.js';
import { toClientSecretContext, toHeaderContext } from '../secrets/secret-context.js';
import {
  createSigningSecret,
  resealSigningSecrets,
  sealSigningSecret,
} from '../secrets/signing-secrets.js';
import type { StoredConnection } from '../store/stored-connection.js';
import { checkChanges, checkSecretRepeated } from './check-arguments.js';
import { checkConnection } from './connection-input.js';
import type { ConnectionParts } from './connection-parts.js';
import { toInput, toSettings } from './connection-settings.js';
import { toUntried } from './connection-status.js';

/**
 * Returns the connection as the changes leave it, with its secrets sealed for their hosts.
 *
 * @throws ExportError `invalid` with every fault.
 */
export async function applyChanges(
  parts: ConnectionParts,
  stored: StoredConnection,
  changes: ConnectionChanges,
): Promise<StoredConnection> {
  const { box, egress, random } = parts;
  checkChanges(changes);
  const input = { ...toInput(stored), ...changes };
  const checked = checkConnection(input, { egress, needsSecret: false });
  const next = { ...stored, ...toSettings(checked), ...toUntried(stored, checked) };
  const context = toClientSecretContext(next);
  const { clientSecret } = checked;
  if (clientSecret === undefined && stored.sealedClientSecret !== undefined) {
    checkSecretRepeated('clientSecret', context === toClientSecretContext(stored));
  }
  const isSigned = checked.destination.kind === 'webhook';
  return {
    ...next,
    ...(await sealHeader(parts.box, { stored, next, changes })),
    sealedClientSecret:
      clientSecret === undefined
        ? stored.sealedClientSecret && (await box.reseal(stored.sealedClientSecret, context))
        : await box.seal(clientSecret, context),
    sealedSigningSecrets: isSigned
      ? ((await resealSigningSecrets(box, stored)) ??
        (await sealSigningSecret(box, stored.id, createSigningSecret(random))))
      : undefined,
  };
}

interface AppliedChanges {
  readonly stored: StoredConnection;
  readonly next: StoredConnection;
  readonly changes: ConnectionChanges;
}

/** A header that the changes do not mention stays. */
async function sealHeader(box: SecretBox, { stored, next, changes }: AppliedChanges) {
  const context = toHeaderContext(next);
  const { header } = changes;
  if (header !== undefined) {
    return { headerName: header.name, sealedHeaderValue: await box.seal(header.value, context) };
  }
  const { headerName, sealedHeaderValue } = stored;
  if (sealedHeaderValue === undefined || 'header' in changes) {
    return { headerName: undefined, sealedHeaderValue: undefined };
  }
  checkSecretRepeated('header', context === toHeaderContext(stored));
  return { headerName, sealedHeaderValue: await box.reseal(sealedHeaderValue, context) };
}
