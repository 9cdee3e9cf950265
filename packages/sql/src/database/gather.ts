import { setImmediate } from 'node:timers/promises';

/**
 * Makes one call for all that is asked for while the one before is under way: nobody waits who is
 * alone, and under load many share a statement and its way to the disk. If it fails, each is tried
 * alone, so that nobody's fault is another's, and all at once: one after the other, the last would wait
 * for as many time-outs of a database that is down.
 *
 * @param run answers each item, in their order.
 */
export function gather<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let isRunning = false;

  async function work(): Promise<void> {
    isRunning = true;
    // SQLite answers within the same turn of the event loop: what other answers from the network lead
    // to is asked for by its end.
    await setImmediate();
    while (waiting.length > 0) {
      const taken = waiting.slice(0, MAX_ITEMS);
      waiting = waiting.slice(MAX_ITEMS);
      await answerAll(taken, run);
    }
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void work();
    });
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_ITEMS = 100;

async function answerAll<Item, Answer>(
  all: readonly Waiting<Item, Answer>[],
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<void> {
  try {
    const answers = await run(all.map(({ item }) => item));
    for (const [i, { resolve }] of all.entries()) resolve(answers[i] as Answer);
  } catch (error) {
    if (all.length === 1) all[0]?.reject(error);
    else await Promise.all(all.map((one) => answerAll([one], run)));
  }
}
