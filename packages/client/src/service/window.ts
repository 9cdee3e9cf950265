/** The part of a `Window` that messages are posted to. */
export interface MessageTarget {
  postMessage(message: unknown, targetOrigin: string): void;
}

/** The part of a `MessageEvent` that is used. */
export interface ReceivedMessage {
  readonly data: unknown;
  readonly origin: string;
  /** The window that sent the message. */
  readonly source: unknown;
}

/** The part of a `Window` that messages arrive at. */
export interface MessageReceiver {
  addEventListener(type: 'message', listener: (event: ReceivedMessage) => void): void;
  removeEventListener(type: 'message', listener: (event: ReceivedMessage) => void): void;
}

/** @throws TypeError outside a browser. */
export function getOwnWindow(): MessageReceiver {
  const own: MessageReceiver | undefined = globalThis.window;
  if (own === undefined) throw new TypeError('window is required outside a browser');
  return own;
}
