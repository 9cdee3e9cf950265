/**
 * Lets the policy fetch what is public and nothing else while a request is explained: the token must not leave the
 * machine, so a POST, such as to an introspection endpoint, and a request with credentials are rejected.
 * @param isOffline rejects every request.
 * @returns a function that restores `fetch`.
 */
export function keepRequestsLocal(isOffline: boolean): () => void {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (isOffline) throw new Error('the command runs with --offline');
    if (request.method !== 'GET' || request.headers.has('authorization')) {
      throw new Error('mandate why sends nothing but requests for public keys');
    }
    return original(input, init);
  };
  return () => {
    globalThis.fetch = original;
  };
}
