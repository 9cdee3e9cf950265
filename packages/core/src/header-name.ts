/** The name of a header (RFC 9110 §5.1). No request can have a header with any other name. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

export function isHeaderName(name: unknown): name is string {
  return typeof name === 'string' && HEADER_NAME.test(name);
}
