import type { AuthRequest, Decision, Explained, Guard } from '@mandate/core';

/** One decision as the page of decisions shows it. It never holds a token. */
export interface RecordedDecision {
  readonly at: Date;
  readonly server: string;
  readonly method: string;
  readonly path: string;
  /** `allowed`, or the code of the error. */
  readonly code: string;
  readonly subject: string | undefined;
  readonly actor: string | undefined;
  /** The stages that the request passed, in order. */
  readonly stages: readonly Explained[];
}

const MAX_ENTRIES = 100;

/** The latest hundred decisions of all servers. */
export class DecisionHistory {
  readonly #entries: RecordedDecision[] = [];

  /** Newest first. */
  get latest(): readonly RecordedDecision[] {
    return this.#entries.toReversed();
  }

  /** A guard that decides like another one, and records each decision with its stages. */
  watch(guard: Guard, server: string): Guard {
    return {
      endpoints: guard.endpoints,
      warmUp: () => guard.warmUp(),
      health: () => guard.health(),
      authenticate: (...parameters) => guard.authenticate(...parameters),
      authorize: (...parameters) => guard.authorize(...parameters),
      permits: (...parameters) => guard.permits(...parameters),
      explain: (request) => guard.explain(request),
      decide: (request) => {
        const decision = guard.decide(request);
        // `explain` decides a second time. A server with real traffic would do so only for some requests.
        Promise.all([decision, guard.explain(request)]).then(
          ([made, { stages }]) => this.#add(toEntry(server, request, made), stages),
          () => {}, // the host answers the error of `decide`
        );
        return decision;
      },
    };
  }

  #add(entry: Omit<RecordedDecision, 'stages'>, stages: readonly Explained[]): void {
    this.#entries.push({ ...entry, stages });
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }
}

function toEntry(server: string, request: AuthRequest, decision: Decision) {
  const { method, path } = request;
  const principal = decision.allowed ? decision.principal : undefined;
  return {
    at: new Date(),
    server,
    method,
    path,
    code: decision.allowed ? 'allowed' : decision.error.code,
    subject: principal?.subject,
    actor: principal?.actor?.subject,
  };
}
