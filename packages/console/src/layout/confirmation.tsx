import type { ConsoleContext } from '../console-env.js';

/**
 * The confirmation that a redirect after a change names in its address: `?done=revoked`. Links of other
 * sites show none, because nothing was changed by them.
 */
export function getConfirmation(
  c: ConsoleContext,
  texts: Readonly<Record<string, string>>,
): string | undefined {
  const site = c.req.header('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site') return undefined;
  const done = c.req.query('done') ?? '';
  return Object.hasOwn(texts, done) ? texts[done] : undefined;
}

/** Says what a change did. The script removes it from the address, so that a reload does not repeat it. */
export function Confirmation({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="notice good" role="status" tabindex={-1} data-focus data-done>
      {text}
    </p>
  );
}
