/** The element that the Glance document puts `data-authtoken` on. */
export const DOCUMENTED_ELEMENT_ID = 'glance-cobrowse';

// Only while a script runs for the first time does the page say which one it is.
const ownScript: Element | null | undefined = globalThis.document?.currentScript;

/**
 * The token that the page carries: `data-authtoken` on the script element that loaded this code, or on
 * the element with that id. `null` as id: the page is not asked.
 */
export function readPageToken(elementId: string | null): string | undefined {
  if (elementId === null) return undefined;
  const own = ownScript?.getAttribute('data-authtoken');
  const token =
    own || globalThis.document?.getElementById(elementId)?.getAttribute('data-authtoken');
  return token || undefined;
}
