/** A refusal for a caller. Further members become extensions (RFC 9457 §3.2). */
export interface Problem {
  readonly status: number;
  /** Explains the refusal to the caller. It must not hold a secret or an internal message. */
  readonly detail: string;
  readonly code: string;
  readonly [extension: string]: unknown;
}

/** Writes a refusal as `application/problem+json` (RFC 9457). It is never cached. */
export function toProblemResponse(
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify({ type: 'about:blank', ...problem }), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    },
  });
}
