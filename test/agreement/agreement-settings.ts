/** How many requests are sent to each host, and which: settable for long runs by hand. */
export const REQUESTS = Number(process.env['AGREEMENT_REQUESTS'] ?? 10_000);
export const SEED = Number(process.env['AGREEMENT_SEED'] ?? 10);
export const FIRST = Number(process.env['AGREEMENT_APPLICATION'] ?? 0);
export const MOST_FAULTS = Number(process.env['AGREEMENT_FAULTS'] ?? 1);
