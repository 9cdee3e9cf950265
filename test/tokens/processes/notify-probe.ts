import pg from 'pg';
import { onTestFinished } from 'vitest';

/**
 * How fast the machine is right now: tells a connection something from another one, by PostgreSQL alone.
 * @returns a function that measures it once, in milliseconds.
 */
export async function startNotifyProbe(connectionString: string): Promise<() => Promise<number>> {
  const [teller, hearer] = [
    new pg.Client({ connectionString, pipeline: true }),
    new pg.Client({ connectionString }),
  ];
  const waiting = new Map<string, () => void>();
  hearer.on('notification', ({ payload = '' }) => waiting.get(payload)?.());
  for (const client of [teller, hearer]) {
    await client.connect();
    onTestFinished(() => client.end());
  }
  await hearer.query('listen probe');
  let count = 0;
  return async () => {
    const payload = String(count++);
    const startedAt = performance.now();
    const heard = new Promise<void>((resolve) => waiting.set(payload, resolve));
    await teller.query(`notify probe, '${payload}'`);
    await heard;
    waiting.delete(payload);
    return performance.now() - startedAt;
  };
}
