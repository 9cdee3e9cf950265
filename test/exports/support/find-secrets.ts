import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Crm } from '../../support/crm/crm.js';

/** What begins the way that a CRM's codes and tokens do. */
const PREFIXES = ['00D!', '5Aep', 'aPrx'];
const SECRET_LENGTH = 36;

/** The codes, tokens and client secret of a CRM that can be read in something, once each. */
export function findSecrets(content: Buffer, crm: Crm): readonly string[] {
  const found = new Set<string>();
  for (const prefix of PREFIXES) {
    for (let at = content.indexOf(prefix); at !== -1; at = content.indexOf(prefix, at + 1)) {
      const text = content.toString('latin1', at, at + SECRET_LENGTH);
      if (crm.secrets.has(text)) found.add(text);
    }
  }
  if (content.includes(crm.clientSecret)) found.add(crm.clientSecret);
  return [...found];
}

/** Every file below a directory, in one piece each. */
export async function readFilesBelow(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const read = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path, await readFile(path)] as const;
  });
  return new Map(await Promise.all(read));
}
