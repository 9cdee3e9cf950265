import { unrefTimer } from '@mandate/internal/unref-timer';
import type { Exchange } from './exchange.js';

/** Ends a stream when its token expires, and at the next check after it was revoked. */
export function endWithToken(
  body: ReadableStream<Uint8Array>,
  exchange: Exchange,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = true;
  const stop = () => {
    isOpen = false;
    clearTimeout(timer);
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const schedule = (expiresAt: number | undefined) => {
        timer = setTimeout(check, getDelay(exchange, expiresAt));
        unrefTimer(timer);
      };
      const check = async () => {
        const expiresAt = await verifyAgain(exchange);
        if (!isOpen) return;
        if (expiresAt !== ENDED) return schedule(expiresAt);
        stop();
        controller.close();
        reader.cancel().catch(() => {});
      };
      schedule(exchange.principal.expiresAt);
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!isOpen) return;
        if (!done) return controller.enqueue(value);
        stop();
        controller.close();
      } catch (error) {
        if (!isOpen) return;
        stop();
        controller.error(error);
      }
    },
    cancel(reason) {
      stop();
      return reader.cancel(reason);
    },
  });
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

function getDelay(
  { settings: { recheckMs, now } }: Exchange,
  expiresAt = Number.POSITIVE_INFINITY,
): number {
  return Math.max(0, Math.min(recheckMs, expiresAt * 1000 - now()));
}
