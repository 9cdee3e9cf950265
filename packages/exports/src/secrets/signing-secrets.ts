import type { StoredConnection } from '../store/stored-connection.js';
import type { SecretBox } from './secret-box.js';

/** A secret that signs requests to a webhook, in the form of Standard Webhooks 1.0: `whsec_…`. */
interface SigningSecret {
  readonly secret: string;
  /** The secret signs until this time; `undefined`: until it is rotated. */
  readonly untilMs?: number | undefined;
}

const toContext = (id: string): string => `signing secrets of ${id}`;

/** Makes a secret of 256 random bits. */
export function createSigningSecret(random: (bytes: number) => Uint8Array): string {
  return `whsec_${Buffer.from(random(32)).toString('base64')}`;
}

export function sealSigningSecret(box: SecretBox, id: string, secret: string): Promise<string> {
  return seal(box, id, [{ secret }]);
}

/** Puts a new secret first. The old secrets also sign until `untilMs`. */
export async function rotateSigningSecret(
  box: SecretBox,
  connection: StoredConnection,
  next: { readonly secret: string; readonly nowMs: number; readonly untilMs: number },
): Promise<string> {
  // Old secrets that cannot be opened cannot sign. Dropping them lets a rotation repair the connection.
  const stored = await open(box, connection).catch(() => []);
  const old = stored
    .map(({ secret, untilMs = next.untilMs }) => ({
      secret,
      untilMs: Math.min(untilMs, next.untilMs),
    }))
    .filter(({ untilMs }) => untilMs > next.nowMs);
  // Each secret adds a signature to the header, and receivers check only a few.
  return seal(box, connection.id, [{ secret: next.secret }, ...old.slice(0, MAX_OLD)]);
}

const MAX_OLD = 4;

/**
 * Opens the secrets that sign now, newest first. The list is empty for other destinations than webhooks.
 *
 * @throws Error if the secrets cannot be opened.
 */
export async function openSigningSecrets(
  box: SecretBox,
  connection: StoredConnection,
  nowMs: number,
): Promise<readonly string[]> {
  const secrets = await open(box, connection);
  return secrets
    .filter(({ untilMs }) => untilMs === undefined || untilMs > nowMs)
    .map(({ secret }) => secret);
}

/** Seals the same secrets with the first key. */
export async function resealSigningSecrets(
  box: SecretBox,
  { id, sealedSigningSecrets }: StoredConnection,
): Promise<string | undefined> {
  return sealedSigningSecrets && box.reseal(sealedSigningSecrets, toContext(id));
}

function seal(box: SecretBox, id: string, secrets: readonly SigningSecret[]): Promise<string> {
  return box.seal(JSON.stringify(secrets), toContext(id));
}

async function open(
  box: SecretBox,
  { id, sealedSigningSecrets }: StoredConnection,
): Promise<readonly SigningSecret[]> {
  if (sealedSigningSecrets === undefined) return [];
  return JSON.parse(await box.open(sealedSigningSecrets, toContext(id)));
}
