import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside the tests, so that imports of the program find what the tests have. */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** What stands in a program, and what takes its place in the test. */
export type Replacements = Readonly<Record<string, string>>;

/**
 * Writes the named snippets of a guide as files, and imports one of them; the rest of it is as it is shown.
 * @param entry default: the first one
 * @throws Error if the guide no longer has what is to be replaced.
 */
export async function importGuide<Exports>(
  guide: string,
  replacements: Replacements,
  entry?: string,
): Promise<Exports> {
  const markdown = await readFile(join(ROOT, guide), 'utf8');
  const folder = await mkdtemp(join(FOLDER, 'guide-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const snippets = [...markdown.matchAll(/^```[jt]s (\S+)\n(.*?)^```$/gms)];
  const file = entry ?? snippets[0]?.[1] ?? '';
  for (const [, name = '', code = ''] of snippets) {
    await writeFile(join(folder, name), name === file ? replace(code, replacements) : code);
  }
  return import(join(folder, file));
}

function replace(code: string, replacements: Replacements): string {
  return Object.entries(replacements).reduce((text, [shown, replacement]) => {
    if (!text.includes(shown)) throw new Error(`the guide no longer has ${shown}`);
    return text.replace(shown, replacement);
  }, code);
}
