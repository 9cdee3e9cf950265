import { fill } from './path-samples.js';
import { PARAMETER, type PathTemplate, WILDCARD } from './path-template.js';

/** Literal characters whose percent-encoded form every guard accepts (RFC 3986 §2.2). */
const RESPELLED = /[^\w.~/-]/gu;

/**
 * Builds pairs of sample paths of a template: the path as written, and the path with one literal
 * character encoded or decoded, such as `@` as `%40` or `%40` as `@`.
 */
export function respell({ pattern }: PathTemplate): readonly (readonly [string, string])[] {
  const whole = pattern.replaceAll(WILDCARD, PARAMETER);
  const encoded = [...whole.matchAll(/%[0-9a-f]{2}/gi)].map(({ 0: text, index }) =>
    replaceAt(whole, { index, text, by: String.fromCharCode(Number.parseInt(text.slice(1), 16)) }),
  );
  const plain = [...whole.matchAll(RESPELLED)]
    .filter(({ 0: text }) => text !== '%' && text !== PARAMETER)
    .map(({ 0: text, index }) => replaceAt(whole, { index, text, by: encode(text) }));
  return [...plain, ...encoded].map((other) => [fill(whole), fill(other)]);
}

function replaceAt(path: string, at: { index: number; text: string; by: string }): string {
  return path.slice(0, at.index) + at.by + path.slice(at.index + at.text.length);
}

/** Also encodes `!'()*`, which `encodeURIComponent` does not. */
function encode(text: string): string {
  const encoded = encodeURIComponent(text);
  return encoded === text ? `%${text.charCodeAt(0).toString(16).toUpperCase()}` : encoded;
}

/**
 * The path in lower case, in upper case, and with the case of each segment swapped, alone and with all
 * segments after it. Routers and mounts may differ in which segments they compare by case.
 */
export function toOtherCases(path: string): readonly string[] {
  const segments = path.split('/');
  const swapped = segments.map(swapCase);
  const forms = segments.flatMap((_, i) => [
    [...segments.slice(0, i), swapped[i], ...segments.slice(i + 1)].join('/'),
    [...segments.slice(0, i), ...swapped.slice(i)].join('/'),
  ]);
  const others = new Set([path.toUpperCase(), path.toLowerCase(), ...forms]);
  others.delete(path);
  return [...others];
}

function swapCase(text: string): string {
  return text.replace(/\p{L}/gu, (letter) => {
    const lower = letter.toLowerCase();
    return lower === letter ? letter.toUpperCase() : lower;
  });
}
