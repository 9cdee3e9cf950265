import type { Endpoint } from './endpoint.js';
import { parseParameter } from './segment.js';

/** An endpoint with a mixed segment, such as `{id}:cancel`, whose path matches. */
export interface MixedMatch {
  readonly endpoint: Endpoint;
  /**
   * Whether every router reads the value as this one does. Routers differ about a value that repeats the
   * text beside it: for `thumbnail.{ext}`, path-to-regexp before 8 does not match `thumbnail.tar.gz`.
   */
  readonly isClear: boolean;
  /** Whether the value of a mixed segment is empty, which most routers do not match. */
  readonly isEmpty: boolean;
}

/** One segment of the paths below a prefix. */
interface Node {
  readonly literals: Map<string, Node>;
  readonly mixed: MixedChild[];
  parameter: Node | undefined;
  /** The endpoint whose path ends here, and the one that ends in `*` below. */
  own: Endpoint | undefined;
  below: Endpoint | undefined;
}

interface MixedChild {
  readonly prefix: string;
  readonly suffix: string;
  readonly separators: readonly string[];
  readonly node: Node;
}

/** Where the search for a path stands. */
interface Search {
  readonly path: string;
  readonly found: MixedMatch[];
}

const NONE: readonly MixedMatch[] = [];

/** Finds the endpoints of one method that have a mixed segment. */
export class MixedPaths {
  readonly #root = createNode();
  /** Characters of which a matching path holds at least one. */
  readonly #marks: string[] = [];
  #isAlwaysMarked = false;

  /** @param segments those of the endpoint as paths are spelled that {@link find} takes. */
  add(endpoint: Endpoint, segments: readonly string[]): void {
    let node = this.#root;
    for (const segment of segments) {
      if (segment === '*') {
        node.below = endpoint;
        return;
      }
      node = this.#addSegment(node, segment);
    }
    node.own = endpoint;
  }

  #addSegment(node: Node, segment: string): Node {
    const parameter = parseParameter(segment);
    if (parameter === undefined) return getLiteral(node, segment);
    const { prefix, suffix } = parameter;
    if (prefix + suffix === '') {
      node.parameter ??= createNode();
      return node.parameter;
    }
    this.#mark(prefix + suffix);
    const known = node.mixed.find((one) => one.prefix === prefix && one.suffix === suffix);
    if (known !== undefined) return known.node;
    const separators = listSeparators(prefix, suffix);
    const child = { prefix, suffix, separators, node: createNode() };
    node.mixed.push(child);
    return child.node;
  }

  #mark(text: string): void {
    const mark = /[^a-z\d]/i.exec(text)?.[0];
    if (mark === undefined) this.#isAlwaysMarked = true;
    else if (!this.#marks.includes(mark)) this.#marks.push(mark);
  }

  /** All endpoints that match, in no order. */
  find(path: string): readonly MixedMatch[] {
    if (!this.#isAlwaysMarked && !this.#isMarked(path)) return NONE;
    const found: MixedMatch[] = [];
    if (path !== '/')
      collect(this.#root, { path, found }, { start: 1, isClear: true, isEmpty: false });
    return found;
  }

  #isMarked(path: string): boolean {
    const marks = this.#marks;
    for (let i = 0; i < marks.length; i++) if (path.includes(marks[i] as string)) return true;
    return false;
  }
}

function createNode(): Node {
  return { literals: new Map(), mixed: [], parameter: undefined, own: undefined, below: undefined };
}

function getLiteral({ literals }: Node, segment: string): Node {
  const known = literals.get(segment);
  if (known !== undefined) return known;
  const node = createNode();
  literals.set(segment, node);
  return node;
}

/** What is left of a path, from `start` on. */
interface Rest {
  /** The index after a slash; more than the length of the path if the path has ended. */
  readonly start: number;
  readonly isClear: boolean;
  readonly isEmpty: boolean;
}

function collect(node: Node, search: Search, rest: Rest): void {
  const { path, found } = search;
  const { start, isClear, isEmpty } = rest;
  if (start > path.length) {
    if (node.own !== undefined) found.push({ endpoint: node.own, isClear, isEmpty });
    return;
  }
  if (node.below !== undefined) found.push({ endpoint: node.below, isClear, isEmpty });
  const slash = path.indexOf('/', start);
  const end = slash === -1 ? path.length : slash;
  const segment = path.slice(start, end);
  const next = { start: end + 1, isClear, isEmpty };
  const literal = node.literals.get(segment);
  if (literal !== undefined) collect(literal, search, next);
  if (node.parameter !== undefined && segment !== '') collect(node.parameter, search, next);
  for (const { prefix, suffix, separators, node: child } of node.mixed) {
    if (segment.length < prefix.length + suffix.length) continue;
    if (!segment.startsWith(prefix) || !segment.endsWith(suffix)) continue;
    const value = segment.slice(prefix.length, segment.length - suffix.length);
    collect(child, search, {
      ...next,
      isClear: isClear && !separators.some((text) => value.includes(text)),
      isEmpty: isEmpty || value === '',
    });
  }
}

/**
 * The texts that make the reading of a value unclear: the prefix and the suffix, and each of their
 * characters that is neither a letter nor a digit.
 */
function listSeparators(prefix: string, suffix: string): readonly string[] {
  const characters = `${prefix}${suffix}`.match(/[^a-z\d]/gi) ?? [];
  return [...new Set([...characters, prefix, suffix])].filter((text) => text !== '');
}
