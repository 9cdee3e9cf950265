/**
 * Nothing but what the console serves itself: no inline script or style, no frame, no other origin. An
 * injected element would do nothing.
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
  // Not `no-referrer`: with it, browsers send `Origin: null` along with our own forms.
  'referrer-policy': 'same-origin',
  // The window of a log-in elsewhere is cut off from the page, and the page from it.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
} as const;

/** Puts on every answer what keeps it from being framed, read, cached or extended. */
export function applyHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) {
    // A page may know better: a window that goes elsewhere, an address that holds a code.
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}
