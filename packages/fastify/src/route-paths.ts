import { findParameter } from './route-order.js';

/** A path of the router in the syntax of path-to-regexp 8. */
export interface RoutePath {
  readonly pattern: string;
  /** Whether a parameter has a pattern that does not take every value. */
  readonly hasPattern: boolean;
}

/** Patterns that take every value that is not empty. Text may follow the parameter then. */
const ANY_VALUE = /^\(\^?(?:\.[*+]|\[\^\/\][*+])\$?\)$/;

/** `/a/:id(^\d+$).png` as `/a/:"id".png`. */
export function parseRoutePath(url: string): RoutePath {
  let hasPattern = false;
  let pattern = '';
  for (let rest = url; rest !== ''; ) {
    const parameter = findParameter(rest);
    const text = parameter === -1 ? rest : rest.slice(0, parameter);
    pattern += toLiteral(text);
    rest = parameter === -1 ? '' : rest.slice(parameter + 1);
    if (parameter === -1) break;
    const name = /^[^/(.-]*/.exec(rest)?.[0] ?? '';
    rest = rest.slice(name.length);
    const group = rest.startsWith('(') ? rest.slice(0, findEnd(rest)) : '';
    hasPattern ||= group !== '' && !ANY_VALUE.test(group);
    rest = rest.slice(group.length);
    pattern = addParameter(pattern, name);
  }
  return { pattern, hasPattern };
}

/** The last parameter may be optional: `/a/:id?` is `/a` too. */
function addParameter(pattern: string, name: string): string {
  if (!name.endsWith('?')) return `${pattern}:"${name.replaceAll('"', '')}"`;
  return `${pattern.slice(0, -1)}{/:"${name.slice(0, -1)}"}`;
}

function toLiteral(text: string): string {
  return text
    .replaceAll('::', ':')
    .replace(/[()[\]{}:+?!\\]/g, '\\$&')
    .replace(/\*$/, '*rest');
}

/** The position behind the parenthesis that closes the first one. */
function findEnd(text: string): number {
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '(') open++;
    else if (text[i] === ')' && --open === 0) return i + 1;
  }
  return text.length;
}
