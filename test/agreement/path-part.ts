/** A parameter of a path as an author writes it: `:name`, or `{name}` with text beside it. */
export interface PathParameter {
  readonly name: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** The parameter of a segment; `undefined` for a literal, `*` and the empty segment. */
export function parseParameter(segment: string): PathParameter | undefined {
  const [, short, prefix = '', name, suffix = ''] =
    /^(?::(\w+)|([^{}]*)\{(\w+)\}([^{}]*))$/.exec(segment) ?? [];
  return short !== undefined
    ? { name: short, prefix: '', suffix: '' }
    : name === undefined
      ? undefined
      : { name, prefix, suffix };
}

/** The order that a map prefers: a literal is 0, a parameter with text 1, a parameter 2, `*` 3. */
export function rankPart(segment: string): number {
  if (segment === '*') return 3;
  const parameter = parseParameter(segment);
  if (parameter === undefined) return 0;
  return parameter.prefix + parameter.suffix === '' ? 2 : 1;
}

export function isParameter(segment: string): boolean {
  return parseParameter(segment) !== undefined;
}

export function toName(segment: string): string {
  return parseParameter(segment)?.name ?? '';
}
