import type { ServerResponse } from 'node:http';

/** The parts of the stand-in that can fail by themselves. */
export type CrmPart = 'token' | 'revoke' | 'records' | 'hook';

/**
 * | fault | what happens |
 * |---|---|
 * | `error` | 500 with a page of HTML, nothing was done |
 * | `unavailable` | 503 with `Retry-After: 1`, nothing was done |
 * | `throttle` | 429 with `Retry-After: 1`, nothing was done |
 * | `hang` | no answer, nothing was done |
 * | `garbage` | 200 with a page of HTML, nothing was done |
 * | `close` | the connection is closed, nothing was done |
 * | `lose` | it is done, and then the connection is closed |
 * | `redirect` | 302 to another path |
 * | an answer | that answer, nothing was done |
 */
export type CrmFault =
  | 'error'
  | 'unavailable'
  | 'throttle'
  | 'hang'
  | 'garbage'
  | 'close'
  | 'lose'
  | 'redirect'
  | {
      readonly status: number;
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** Faults that wait for their request. */
export class Faults {
  readonly #waiting = new Map<CrmPart, CrmFault[]>();

  add(part: CrmPart, fault: CrmFault, times: number): void {
    const waiting = this.#waiting.get(part) ?? [];
    this.#waiting.set(part, [...waiting, ...Array.from({ length: times }, () => fault)]);
  }

  clear(): void {
    this.#waiting.clear();
  }

  take(part: CrmPart): CrmFault | undefined {
    return this.#waiting.get(part)?.shift();
  }
}

const PAGE = '<html><body>Something else</body></html>';

/** Answers with a fault instead of doing the work; `lose` is left to who does it. */
export function answerFault(response: ServerResponse, fault: Exclude<CrmFault, 'lose'>): void {
  if (typeof fault === 'object') {
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
    response.end(JSON.stringify(fault.body));
  } else if (fault === 'close') response.destroy();
  else if (fault === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end();
  else if (fault !== 'hang') {
    const status = { error: 500, unavailable: 503, throttle: 429, garbage: 200 }[fault];
    const wait = status === 429 || status === 503 ? { 'retry-after': '1' } : {};
    response.writeHead(status, { 'content-type': 'text/html', ...wait }).end(PAGE);
  }
}
