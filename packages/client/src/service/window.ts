/** The part of a `Window` that messages are sent to. */
export interface MessageTarget {
  postMessage(message: unknown, targetOrigin: string): void;
}

/** The part of a `MessageEvent` that is read. */
export interface ReceivedMessage {
  readonly data: unknown;
  readonly origin: string;
  /** The window that sent it. */
  readonly source: unknown;
}

/** The part of a `Window` that messages arrive at. */
export interface MessageReceiver {
  addEventListener(type: 'message', listener: (event: ReceivedMessage) => void): void;
  removeEventListener(type: 'message', listener: (event: ReceivedMessage) => void): void;
}

/** @throws TypeError outside a browser, where there is none. */
export function readOwnWindow(): MessageReceiver {
  const own: MessageReceiver | undefined = globalThis.window;
  if (own === undefined) throw new TypeError('outside a page, the option window must be given');
  return own;
}
