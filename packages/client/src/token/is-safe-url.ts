import { isSecureUrl } from '@mandate/internal/secure-url';

/** Whether secrets may be sent to the URL. A URL with a user name or password of its own is rejected. */
export const isSafeUrl = (url: URL): boolean =>
  isSecureUrl(url) && url.username + url.password === '';
