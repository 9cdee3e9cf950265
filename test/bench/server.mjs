// One variant of one host: `node server.mjs express mandate`.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { serveParent } from './support/child.mjs';

const [host, variant] = process.argv.slice(2);
const { variants, listen } = await import(`./hosts/${host}.mjs`);

const delay = monitorEventLoopDelay({ resolution: 1 });
let usage = process.cpuUsage();

serveParent(async ({ start, measure, watch }) => {
  if (start !== undefined) {
    const server = await listen(variants[variant](start));
    // A variant waits while the others have their turn.
    server.keepAliveTimeout = 120_000;
    return { port: server.address().port };
  }
  if (watch === 'begin') {
    delay.enable();
    delay.reset();
  }
  if (watch === 'end') return { maxDelayMs: delay.max / 1e6 };
  if (measure === 'begin') usage = process.cpuUsage();
  if (measure === 'end') {
    const { user, system } = process.cpuUsage(usage);
    return { cpu: user + system };
  }
});
