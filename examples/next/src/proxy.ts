import { type NextRequest, NextResponse } from 'next/server';
import { getGuard } from './guard';

/**
 * The first gate: it turns strangers away before anything else runs. It does not decide who may do what, because it sees
 * the path before rewrites, and runs only where the matcher says so. The guard of the handler decides.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const decision = await getGuard().authenticate({
    method: request.method,
    path: request.nextUrl.pathname,
    header: (name) => request.headers.get(name) ?? undefined,
  });
  // The header shows where the gate has run.
  if (decision.allowed) return NextResponse.next({ headers: { 'x-gate': 'passed' } });
  const { status, headers, body } = decision.denial;
  return new Response(body, { status, headers: { ...headers, 'x-gate': 'rejected' } });
}

export const config = { matcher: ['/api/:path*', '/notes'] };
