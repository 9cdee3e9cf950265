/** The element that the Glance document puts `data-authtoken` on. */
export const DOCUMENTED_ELEMENT_ID = 'glance-cobrowse';

// Only while a script runs for the first time does the page say which one it is. An element that is
// named `currentScript` stands in its place, and filters of markup let most elements through.
const current = globalThis.document?.currentScript;
const ownScript = current?.localName === 'script' ? current : undefined;

/**
 * The token that the page carries: `data-authtoken` on the script element that loaded this code, or on
 * the script or meta element with that id. On no other element: filters of markup, such as for comments,
 * take those two out, so that who may write one cannot give the page a token. `null` as id: the page is
 * not asked.
 */
export function readPageToken(elementId: string | null): string | undefined {
  if (elementId === null) return undefined;
  const carrier = `:is(script,meta)[id=${JSON.stringify(elementId)}]`;
  const named = globalThis.document?.querySelector<HTMLElement>(carrier);
  return ownScript?.dataset['authtoken'] || named?.dataset['authtoken'] || undefined;
}
