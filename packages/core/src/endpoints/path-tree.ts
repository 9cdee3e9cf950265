import { isParameter } from './segment.js';

/** What paths have in common up to a point, and how they go on. */
interface Node<Value> {
  /** The literal text that leads here from the node above. */
  readonly text: string;
  /** The nodes that literal text leads to, by the code of its first character. */
  readonly children: (Node<Value> | undefined)[];
  /** What follows a whole segment of any text. */
  parameter: Node<Value> | undefined;
  /** The value of the path that ends here, and of the one that goes on with `*`. */
  own: Value | undefined;
  below: Value | undefined;
}

/**
 * Finds the values of paths, whose segments are literals, parameters, or `*` at the end. At each segment, a
 * literal beats a parameter, and a parameter beats `*`. Each node is visited at most once for a path.
 */
export class PathTree<Value> {
  readonly #root = createNode<Value>('');

  add(segments: readonly string[], value: Value): void {
    let node = this.#root;
    let text = '/';
    for (const [i, segment] of segments.entries()) {
      if (i > 0) text += '/';
      if (segment === '*') {
        addText(node, text).below = value;
        return;
      }
      if (isParameter(segment)) {
        const parent = addText(node, text);
        parent.parameter ??= createNode('');
        node = parent.parameter;
        text = '';
      } else {
        text += segment;
      }
    }
    addText(node, text).own = value;
  }

  find(path: string): Value | undefined {
    return findBelow(this.#root, path, 0);
  }
}

function createNode<Value>(text: string): Node<Value> {
  return { text, children: [], parameter: undefined, own: undefined, below: undefined };
}

/** Returns the node that the text leads to. Nodes whose texts begin alike are given a common parent. */
function addText<Value>(node: Node<Value>, text: string): Node<Value> {
  if (text === '') return node;
  const known = node.children[text.charCodeAt(0)];
  if (known === undefined) {
    const added = createNode<Value>(text);
    node.children[text.charCodeAt(0)] = added;
    return added;
  }
  const length = countCommon(known.text, text);
  if (length === known.text.length) return addText(known, text.slice(length));
  const parent = createNode<Value>(text.slice(0, length));
  parent.children[known.text.charCodeAt(length)] = { ...known, text: known.text.slice(length) };
  node.children[text.charCodeAt(0)] = parent;
  return addText(parent, text.slice(length));
}

function countCommon(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function findBelow<Value>(node: Node<Value>, path: string, start: number): Value | undefined {
  if (start === path.length) return node.own ?? node.below;
  const child = node.children[path.charCodeAt(start)];
  if (child !== undefined && path.startsWith(child.text, start)) {
    const found = findBelow(child, path, start + child.text.length);
    if (found !== undefined) return found;
  }
  if (node.parameter !== undefined) {
    const slash = path.indexOf('/', start);
    const end = slash === -1 ? path.length : slash;
    const found = end > start ? findBelow(node.parameter, path, end) : undefined;
    if (found !== undefined) return found;
  }
  return node.below;
}
