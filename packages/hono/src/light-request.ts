/** Where @hono/node-server keeps, on the requests it makes, Node's message and the `headers`. */
interface Keys {
  readonly message: symbol;
  readonly headers: symbol;
}

/** How many requests are looked at before it is taken for granted that there are no such keys. */
const MAX_LOOKS = 100;

let keys: Keys | undefined;
let looks = 0;

/**
 * Whether the request is the one that @hono/node-server made of that message, and nobody has asked for
 * its `headers` yet, nor put others in their place: then nobody has changed them, and Node's message says
 * all there is, at a fraction of the cost. `false` if in doubt.
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

/** Learns the keys from a request, by touching it. */
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
