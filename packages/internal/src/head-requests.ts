/** Returns the method that selects the answer: `HEAD` is answered as `GET` (RFC 9110 §9.3.2). */
export function toRouteMethod(method: string): string {
  return method === 'HEAD' ? 'GET' : method;
}

/** Returns the answer to a `HEAD` request: the status and headers of the answer to `GET`, and no body. */
export function toHeadResponse(response: Response): Response {
  // Otherwise a body that is a stream would keep its source open.
  response.body?.cancel().catch(() => {});
  return new Response(null, response);
}
