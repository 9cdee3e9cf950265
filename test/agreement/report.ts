import { SEED } from './agreement-settings.js';
import type { Tally } from './campaign.js';

/** Prints what a campaign did, so that a run by hand can be written down and repeated. */
export function report(name: string, tally: Tally): void {
  const { requests, served, applications, rejected } = tally;
  console.info(
    `${name}: seed ${SEED}, ${requests} requests, ${served} served; ` +
      `${applications} applications, ${rejected} of them outside the promise`,
  );
}
