/**
 * Allows only files that the console serves: no inline script or style, no frame, no other origin. An
 * injected element therefore has no effect.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`, because browsers would send `Origin: null` with the console's own forms.
  'referrer-policy': 'same-origin',
  // Separates the page from windows of other origins.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
} as const;

/** Adds the headers that prevent framing, caching, injection and access by other origins. */
export function applyHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) {
    // A page may set its own value: one that opens a window, or one whose address contains a code.
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
