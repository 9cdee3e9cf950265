import type { StoredConnection } from '../store/stored-connection.js';
import type { SecretBox } from './secret-box.js';
import { toClientSecretContext } from './secret-context.js';
import { resealSigningSecrets } from './signing-secrets.js';

/** Seals the secrets other than tokens with the first key, so that an old key can be removed. */
export async function resealSecrets(box: SecretBox, connection: StoredConnection) {
  const { sealedClientSecret } = connection;
  const context = toClientSecretContext(connection);
  return {
    sealedClientSecret: sealedClientSecret && (await box.reseal(sealedClientSecret, context)),
    sealedSigningSecrets: await resealSigningSecrets(box, connection),
  };
}
