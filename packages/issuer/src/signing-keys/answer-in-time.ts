/** More than a store needs that is well, and less than anybody waits for a token. */
const STORE_TIMEOUT_MS = 5000;

/**
 * What a store answers, or a rejection when it takes too long. What hangs would otherwise hold up
 * everybody for ever, also after the store is back: nobody asks again while somebody waits.
 */
export async function answerInTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<never>((_, reject) => {
    const error = new Error('the store of the signing keys did not answer');
    timer = setTimeout(() => reject(error), STORE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
