import type { MessageReceiver, ReceivedMessage } from '@mandate/client';

type Listener = (event: ReceivedMessage) => void;

/** Windows of different origins that can post to each other, as a browser would let them. */
export class FakeWindow implements MessageReceiver {
  readonly origin: string;
  /** Everything that arrived, listened to or not. */
  readonly received: ReceivedMessage[] = [];
  readonly #listeners = new Set<Listener>();

  constructor(origin: string) {
    this.origin = origin;
  }

  get listening(): boolean {
    return this.#listeners.size > 0;
  }

  addEventListener(_type: 'message', listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'message', listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** How `sender` sees this window: what it posts arrives with the sender's origin. */
  seenBy(sender: FakeWindow): Handle {
    const known = sender.#handles.get(this);
    if (known) return known;
    const handle = new Handle(this, sender);
    sender.#handles.set(this, handle);
    return handle;
  }

  readonly #handles = new Map<FakeWindow, Handle>();

  deliver(event: ReceivedMessage): void {
    this.received.push(event);
    for (const listener of [...this.#listeners]) listener(event);
  }
}

class Handle {
  readonly #target: FakeWindow;
  readonly #sender: FakeWindow;

  constructor(target: FakeWindow, sender: FakeWindow) {
    this.#target = target;
    this.#sender = sender;
  }

  postMessage(message: unknown, targetOrigin: string): void {
    const data = structuredClone(message);
    if (targetOrigin !== '*' && targetOrigin !== this.#target.origin) return;
    const source = this.#sender.seenBy(this.#target);
    const { origin } = this.#sender;
    queueMicrotask(() => this.#target.deliver({ data, origin, source }));
  }
}
