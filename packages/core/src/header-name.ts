/** The name of a header (RFC 9110 §5.1). Under any other name no request would ever have one. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

export function isHeaderName(name: unknown): name is string {
  return typeof name === 'string' && HEADER_NAME.test(name);
}
