/** The symbols under which @hono/node-server keeps Node's message and the `headers` on its requests. */
interface Keys {
  readonly message: symbol;
  readonly headers: symbol;
}

/** The number of requests to search before giving up, because the host does not use such symbols. */
const MAX_LOOKS = 100;

let keys: Keys | undefined;
let looks = 0;

/**
 * Whether @hono/node-server created the request from that message, and no code has read or replaced its
 * `headers`. Then the headers are unchanged, and reading Node's message gives the same result at a fraction of
 * the cost. `false` if in doubt.
 */
export function isUntouched(request: Request, message: object): boolean {
  if (keys === undefined) return findKeys(request, message);
  const kept = request as unknown as Record<symbol, unknown>;
  return (
    kept[keys.message] === message &&
    kept[keys.headers] === undefined &&
    !Object.hasOwn(request, 'headers')
  );
}

/** Finds the symbols. Reading `headers` makes the host store them, so this request counts as touched. */
function findKeys(request: Request, message: object): false {
  if (looks === MAX_LOOKS) return false;
  looks++;
  const { headers } = request;
  const kept = request as unknown as Record<symbol, unknown>;
  const symbols = Object.getOwnPropertySymbols(request);
  const ofMessage = symbols.find((symbol) => kept[symbol] === message);
  const ofHeaders = symbols.find((symbol) => kept[symbol] === headers);
  if (ofMessage !== undefined && ofHeaders !== undefined) {
    keys = { message: ofMessage, headers: ofHeaders };
  }
  return false;
}
