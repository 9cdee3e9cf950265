import type { StoredConnection } from '../store/export-store.js';
import type { SecretBox } from './secret-box.js';

/** A secret that signs for a webhook, as Standard Webhooks 1.0 writes it: `whsec_…`. */
interface SigningSecret {
  readonly secret: string;
  /** Signs until then; without one, until it is replaced. */
  readonly untilMs?: number | undefined;
}

const toContext = (id: string): string => `signing secrets of ${id}`;

/** 256 random bits. */
export function createSigningSecret(random: (bytes: number) => Uint8Array): string {
  return `whsec_${Buffer.from(random(32)).toString('base64')}`;
}

export function sealSigningSecret(box: SecretBox, id: string, secret: string): Promise<string> {
  return seal(box, id, [{ secret }]);
}

/** Puts a new secret before the others, which sign as well until `untilMs` and then no more. */
export async function rotateSigningSecret(
  box: SecretBox,
  connection: StoredConnection,
  next: { readonly secret: string; readonly nowMs: number; readonly untilMs: number },
): Promise<string> {
  // What cannot be opened any more signs nothing either: a new secret is the way out of that.
  const stored = await open(box, connection).catch(() => []);
  const old = stored
    .map(({ secret, untilMs = next.untilMs }) => ({
      secret,
      untilMs: Math.min(untilMs, next.untilMs),
    }))
    .filter(({ untilMs }) => untilMs > next.nowMs);
  // A webhook's receiver checks a handful of signatures, not dozens.
  return seal(box, connection.id, [{ secret: next.secret }, ...old.slice(0, MAX_OLD)]);
}

const MAX_OLD = 4;

/**
 * The secrets that sign for a webhook now, the newest first; none for another destination.
 * @throws Error if they cannot be opened.
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

/** The same secrets, sealed with the first key. */
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
