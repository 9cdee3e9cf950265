// A middleware that does nothing and the guard, in one process: `node pair-server.mjs express`.
import { serveParent } from './support/child.mjs';

const { idle, variants, listen } = await import(`./hosts/${process.argv[2]}.mjs`);

let usage = process.cpuUsage();

serveParent(async ({ start, measure }) => {
  if (start !== undefined) return { idle: await open(idle), mandate: await open(variants.mandate) };
  if (measure === 'begin') usage = process.cpuUsage();
  if (measure === 'end') {
    const { user, system } = process.cpuUsage(usage);
    return { cpu: user + system };
  }

  async function open(variant) {
    const server = await listen(variant(start));
    // One waits while the other has its turn.
    server.keepAliveTimeout = 120_000;
    return server.address().port;
  }
});
