import { toJwk } from '../key-formats/to-jwk.js';
import type { FetchLike } from '../keys/fetch-text.js';

/**
 * Makes a `fetch` that converts a PEM text to the JWK Set that a key set expects.
 * @param onMissing is called if the server answers that there is no such key.
 */
export function fetchPem(kid: string, onMissing: () => void): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.status === 404) onMissing();
    if (!response.ok) return response;
    const jwk = await toJwk(await response.text(), { algorithm: 'ES256', kid });
    return Response.json({ keys: [jwk] });
  };
}
