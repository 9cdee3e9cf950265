import { setImmediate, setTimeout as wait } from 'node:timers/promises';

const MAX_ITEMS = 100;

interface PendingItem<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines the items that arrive during one call into the next call. A single item does not wait, and under
 * load many items share one statement and one write to the disk.
 *
 * If a call fails, each of its items is tried alone, so that one item cannot fail the others. The items are
 * tried in parallel: one after the other, the last would wait for the time-outs of all others while the
 * database is down.
 *
 * @param run answers items in their order.
 * @param lingerMs how long a call waits for further items, where a larger call is worth more than an early
 *   answer. Default 0.
 */
export function batchCalls<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
  lingerMs = 0,
): (item: Item) => Promise<Answer> {
  let pending: PendingItem<Item, Answer>[] = [];
  let isRunning = false;

  async function work(): Promise<void> {
    isRunning = true;
    // SQLite answers within one turn of the event loop. Waiting for its end collects the items that other
    // answers from the network lead to.
    await setImmediate();
    while (pending.length > 0) {
      if (lingerMs > 0 && pending.length < MAX_ITEMS) await wait(lingerMs);
      const batch = pending.slice(0, MAX_ITEMS);
      pending = pending.slice(MAX_ITEMS);
      await answerAll(batch, run);
    }
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      pending.push({ item, resolve, reject });
      if (!isRunning) void work();
    });
}

async function answerAll<Item, Answer>(
  batch: readonly PendingItem<Item, Answer>[],
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<void> {
  try {
    const answers = await run(batch.map(({ item }) => item));
    for (const [i, { resolve }] of batch.entries()) resolve(answers[i] as Answer);
  } catch (error) {
    if (batch.length === 1) batch[0]?.reject(error);
    else await Promise.all(batch.map((one) => answerAll([one], run)));
  }
}
