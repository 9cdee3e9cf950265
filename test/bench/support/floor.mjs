/**
 * The least that any guard does: reads the header and makes one Map look-up, by the last characters
 * because hashing a whole token costs more than all the rest.
 */
const principals = new Map();
let serial = 0;

export function lookUp(header) {
  const key = header.slice(-22);
  let principal = principals.get(key);
  if (principal === undefined) {
    principal = { subject: `subject ${serial++}` };
    principals.set(key, principal);
  }
  return principal;
}
