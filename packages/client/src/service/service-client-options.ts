import type { MessageReceiver, MessageTarget } from './window.js';

export interface ServiceClientOptions {
  /**
   * The window of the host. Default: the window that opened this one, otherwise the one around it.
   */
  readonly target?: MessageTarget | undefined;
  /**
   * The exact origin of the host, such as `'https://workspace.example.com'`. Requests are sent only
   * to it, and replies accepted only from it. There is no default, and `'*'` is rejected.
   */
  readonly origin: string;
  /**
   * Milliseconds to wait for a reply: positive, at most 24 days. Default 10000, as in the Genesys
   * client.
   */
  readonly timeoutMs?: number | undefined;
  /** Where replies arrive. Default: the page's own window. */
  readonly window?: MessageReceiver | undefined;
}

export interface ServiceRequestOptions {
  /** Ends the wait with `aborted`. The operation is not undone at the host. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for this reply. Default: the client's `timeoutMs`. */
  readonly timeoutMs?: number | undefined;
}
