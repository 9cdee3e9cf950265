/** The fields of a form by their names: a string, or a list if the form repeats the field. */
export type Fields = Record<string, unknown>;

/** Parses an `application/x-www-form-urlencoded` text. */
export function parseFields(text: string): Fields {
  const fields: Fields = Object.create(null);
  // URLSearchParams ignores a leading question mark, and form parsers do not.
  for (const [name, value] of new URLSearchParams(`&${text}`)) {
    const present = fields[name];
    if (Array.isArray(present)) present.push(value);
    else fields[name] = present === undefined ? value : [present, value];
  }
  return fields;
}

const SEPARATORS = /[.[\]]/;

/** Whether a parser that nests fields reads other fields than a parser that does not. */
export function canNest(fields: object): boolean {
  return Object.keys(fields).some((name) => SEPARATORS.test(name));
}

/**
 * Converts fields to what a parser that nests them reads: `a[b]` and `a.b` are the member `b` of `a`. A member
 * that two fields set becomes a list or an object, which is not a group.
 */
export function nestFields(fields: object): Fields {
  const root: Node = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    const path = name.replaceAll('[]', '[0]').split(SEPARATORS).filter(Boolean);
    const last = path.pop() ?? name;
    let node = root;
    for (const member of path) node = descend(node, member);
    node[last] = last in node ? [node[last], value] : value;
  }
  return root;
}

/** Marks objects that represent nesting. Other objects are values that the parser made. */
const NESTED = Symbol('nested');

type Node = Fields & { [NESTED]?: true };

function descend(node: Node, member: string): Node {
  const present = node[member] as Node | undefined;
  if (present?.[NESTED]) return present;
  const child: Node = Object.create(null);
  child[NESTED] = true;
  if (present !== undefined) child[''] = present;
  node[member] = child;
  return child;
}
