import { connect, type Socket } from 'node:net';
import { FetchFailure } from './fetch-failure.js';

/** How long one address may take before the next one is tried beside it (RFC 8305 §5). */
const ATTEMPT_DELAY_MS = 250;

/** Opens a TCP connection to the address that accepts first. They are tried in the order given. */
export function connectToFirst(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const waiting = [...addresses];
    const attempts = new Set<Socket>();
    let timer: NodeJS.Timeout | undefined;

    const settle = (winner: Socket | undefined) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      attempts.delete(winner as Socket);
      for (const attempt of attempts) attempt.removeAllListeners('close').destroy();
      if (winner === undefined) return reject(new FetchFailure('unreachable', false));
      resolve(winner.removeAllListeners('connect').removeAllListeners('close'));
    };
    const giveUp = () => settle(undefined);
    const tryNext = () => {
      clearTimeout(timer);
      const address = waiting.shift();
      if (address === undefined) return attempts.size === 0 ? giveUp() : undefined;
      const attempt = connect({ host: address, port, noDelay: true });
      attempts.add(attempt);
      attempt.on('error', () => {});
      attempt.once('connect', () => settle(attempt));
      attempt.once('close', () => {
        attempts.delete(attempt);
        tryNext();
      });
      timer = setTimeout(tryNext, ATTEMPT_DELAY_MS);
    };

    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp);
    tryNext();
  });
}
