import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type GivenPairs, giveKeyPairs } from '../../support/key-pairs.js';
import { type Row, toName } from './row.js';

/** Serves the table on Node, Bun or Deno until its input ends. Prints the ports as one line of JSON. */
async function main(keysFile: string, rows: readonly Row[]): Promise<void> {
  // Hosts log the faults that they answer with 500.
  console.error = () => {};
  giveKeyPairs(JSON.parse(readFileSync(keysFile, 'utf8')) as GivenPairs);
  // The policy makes its keys while its module loads.
  const { startRow } = await import('./servers.js');
  const started = await Promise.all(
    rows.map(async (row) => [toName(row), await startRow(row)] as const),
  );
  const byName = new Map(started);
  const control = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    response.end(JSON.stringify(byName.get(name)?.take()));
  });
  await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
  const ports = Object.fromEntries(started.map(([name, { port }]) => [name, port]));
  console.log(JSON.stringify({ ports, control: (control.address() as AddressInfo).port }));
  process.stdin.resume().on('end', () => process.exit());
}

await main(process.argv[2] as string, JSON.parse(process.argv[3] as string) as readonly Row[]);
