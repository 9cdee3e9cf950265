/** The id of the element that carries `data-authtoken` in the Glance document. */
export const DOCUMENTED_ELEMENT_ID = 'glance-cobrowse';

// `currentScript` is set only while the script first runs. An element named `currentScript` would
// shadow it, and HTML sanitizers let most elements through, so the element must be a script.
const current = globalThis.document?.currentScript;
/** The script element that loaded this code, if it is not a module. */
export const ownScript = current?.localName === 'script' ? current : undefined;

/**
 * The token that the page carries: `data-authtoken` on the script element that loaded this code, or
 * on the script or meta element with `elementId`. Other elements are ignored: HTML sanitizers, such
 * as for comments, remove scripts and metas, so the author of a comment cannot give the page a
 * token.
 *
 * @param elementId `null` ignores the page's token.
 */
export function getPageToken(elementId: string | null): string | undefined {
  if (elementId === null) return undefined;
  const carrier = `:is(script,meta)[id=${JSON.stringify(elementId)}]`;
  const named = globalThis.document?.querySelector<HTMLElement>(carrier);
  // Templates often put the token on a line of its own. White space is never part of a token.
  const given = [ownScript, named].map((element) => element?.dataset['authtoken']?.trim());
  return given.find(Boolean);
}
