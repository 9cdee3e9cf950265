import { unrefTimer } from '@mandate/internal/unref-timer';
import type { Exchange } from './exchange.js';

/** Ends a stream when its token expires, and at the next check after it was revoked. */
export function endWithToken(
  body: ReadableStream<Uint8Array>,
  exchange: Exchange,
): ReadableStream<Uint8Array> {
  return new ReadableStream(new BoundSource(body, exchange));
}

/** A stream that is bound to a token. */
class BoundSource implements UnderlyingDefaultSource<Uint8Array> {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #exchange: Exchange;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = true;

  constructor(body: ReadableStream<Uint8Array>, exchange: Exchange) {
    this.#reader = body.getReader();
    this.#exchange = exchange;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#schedule(controller, this.#exchange.principal.expiresAt);
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await this.#reader.read();
      if (!this.#isOpen) return;
      if (!done) return controller.enqueue(value);
      this.#stop();
      controller.close();
    } catch (error) {
      if (!this.#isOpen) return;
      this.#stop();
      controller.error(error);
    }
  }

  cancel(reason: unknown): Promise<void> {
    this.#stop();
    return this.#reader.cancel(reason);
  }

  #schedule(
    controller: ReadableStreamDefaultController<Uint8Array>,
    expiresAt: number | undefined,
  ): void {
    const delayMs = getDelayMs(this.#exchange, expiresAt);
    this.#timer = setTimeout(() => this.#check(controller), delayMs);
    unrefTimer(this.#timer);
  }

  async #check(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const expiresAt = await verifyAgain(this.#exchange);
    if (!this.#isOpen) return;
    if (expiresAt !== ENDED) return this.#schedule(controller, expiresAt);
    this.#stop();
    controller.close();
    this.#reader.cancel().catch(() => {});
  }

  #stop(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }
}

const ENDED = 'ended';

/** When the token expires according to a new verification, unless it is no longer valid. */
async function verifyAgain({
  request,
  settings,
}: Exchange): Promise<number | undefined | typeof ENDED> {
  try {
    const decision = await settings.guard.authenticate(request);
    return decision.allowed ? decision.principal.expiresAt : ENDED;
  } catch {
    // The error of a verifier or a callback. What cannot be decided is not allowed.
    return ENDED;
  }
}

function getDelayMs(
  { settings: { recheckMs, now } }: Exchange,
  expiresAt = Number.POSITIVE_INFINITY,
): number {
  return Math.max(0, Math.min(recheckMs, expiresAt * 1000 - now()));
}
