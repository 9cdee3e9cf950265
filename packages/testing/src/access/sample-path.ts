/** Returns the value for a parameter of a path. */
export type GetValue = (name: string) => string;

/** The path of an entry of an endpoint map, with values for its parameters. */
export function sampleSegments(segments: readonly string[], getValue: GetValue): string {
  const sampled = segments.map((segment) => {
    if (segment === '*') return encodeURIComponent(getValue('*'));
    const [, name] = /^:(\w+)$/.exec(segment) ?? [];
    if (name !== undefined) return encodeURIComponent(getValue(name));
    return segment.replace(/\{([^}]+)\}/, (_, inner: string) =>
      encodeURIComponent(getValue(inner)),
    );
  });
  return `/${sampled.join('/')}`;
}

/** A parameter as Express, Koa, Hono and Fastify write it, with a pattern in parentheses or braces. */
const PARAMETER = /:([A-Za-z_]\w*)(?:\(([^()]*)\)|\{([^{}]*)\})?/g;

/**
 * The path of a route, with values for its parameters and without its optional parts.
 * @returns `undefined` if it has more than parameters, such as a regular expression, or a value does not match the
 * pattern of its parameter.
 */
export function sampleRoute(route: string, getValue: GetValue): string | undefined {
  const required = route
    .replace(/\{\/[^{}]*\}/g, '')
    .replace(/\/:\w+(?:\([^()]*\)|\{[^{}]*\})?\?/g, '');
  let fits = true;
  const sampled = required
    .replace(PARAMETER, (_, name: string, first?: string, second?: string) => {
      const value = getValue(name);
      fits &&= matches(value, first ?? second);
      return encodeURIComponent(value);
    })
    .replace(/\{?\*(\w*)\}?/g, (_, name: string) => encodeURIComponent(getValue(name || '*')));
  return fits && /^\/[\w./~%@$&+,;=:-]*$/.test(sampled) ? sampled : undefined;
}

function matches(value: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}
