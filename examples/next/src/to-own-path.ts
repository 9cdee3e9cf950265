/**
 * Fills a template such as `/api/documents/:id` with the parameters that the handler reads, percent-encoded.
 * @param params what Next.js found in the path: strings, and lists for `[...name]`.
 */
export function toOwnPath(template: `/${string}`, params: object): string {
  const values = new Map<string, unknown>(Object.entries(params));
  return template.replace(/:(\w+)/g, (_, name: string) =>
    [values.get(name) ?? '']
      .flat()
      .map((value) => encodeURIComponent(String(value)))
      .join('/'),
  );
}
