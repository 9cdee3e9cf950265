/** Longer than a healthy store needs, and shorter than a caller waits for a token. */
const STORE_TIMEOUT_MS = 5000;

/**
 * Rejects if the store does not answer in time. A request that hangs would otherwise block all
 * callers for ever, even after the store recovers, because no new read starts while one is pending.
 */
export async function withStoreTimeout<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<never>((_, reject) => {
    const error = new Error('the store of the signing keys did not answer in time');
    timer = setTimeout(() => reject(error), STORE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
