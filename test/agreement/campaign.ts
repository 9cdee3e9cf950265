import { UnsupportedPathError } from 'hono/router';
import type { RawRequest } from '../contract/raw-http.js';
import type { Reached } from './application.js';
import { createFolder } from './folder-on-disk.js';
import type { Built, World } from './hosts/host.js';
import { createActingPolicy, createPolicy, GROUPS, type Lack, tokenWithout } from './policy.js';
import { Random } from './random.js';
import { Wire } from './wire.js';

/** One application on a host, and what to send to it. */
export interface Trial {
  readonly built: Built;
  /** The application as a failure prints it. */
  readonly description: unknown;
  /** @returns a request without its token. */
  generate(random: Random): RawRequest;
  /** What an answer shows beyond what handlers report. */
  findServed?(answer: string): Reached | undefined;
  /** The scopes without which it must not run. */
  findNeeds(reached: Reached): readonly string[];
}

export interface Campaign {
  /** @throws TypeError if `checkRoutes` or the host rejects the application. */
  readonly open: (random: Random, world: World) => Trial;
  readonly requests: number;
  readonly seed: number;
  /** Start with this application. */
  readonly first?: number | undefined;
  /** Stop after so many faults. Default: 1. */
  readonly mostFaults?: number | undefined;
}

/** What a campaign has done. */
export interface Tally {
  requests: number;
  /** Requests that a handler or a static server answered. */
  served: number;
  applications: number;
  /** Applications outside the promise: `checkRoutes` or the host rejects them. */
  rejected: number;
  readonly faults: string[];
}

const REQUESTS_PER_APPLICATION = 60;

/** Sends requests to one application after another until it has sent as many as it should. */
export async function runCampaign(campaign: Campaign): Promise<Tally> {
  const { requests, seed, first = 0, mostFaults = 1 } = campaign;
  const folder = createFolder();
  const tally: Tally = { requests: 0, served: 0, applications: 0, rejected: 0, faults: [] };
  try {
    for (let i = first; tally.requests < requests && tally.faults.length < mostFaults; i++) {
      const random = new Random(Math.imul(seed, 0x9e3779b1) + Math.imul(i, 0x85ebca6b));
      const run = new Run(tally, `seed ${seed}, application ${i}`);
      await run.run(random, campaign.open, { root: folder.root });
    }
  } finally {
    folder.remove();
  }
  return tally;
}

/** What became of the requests to one application. */
export interface Examination {
  readonly faults: readonly string[];
  /** Whether `checkRoutes` or the host rejects the application, so that no request was sent. */
  readonly isListed: boolean;
  /** The status of each request with a token that has every scope and group. */
  readonly statuses: readonly number[];
}

/** Sends the given requests to one application. */
export async function examine(
  open: Campaign['open'],
  heads: readonly RawRequest[],
): Promise<Examination> {
  const folder = createFolder();
  const tally: Tally = { requests: 0, served: 0, applications: 0, rejected: 0, faults: [] };
  let next = 0;
  const openForHeads = (random: Random, world: World): Trial => ({
    ...open(random, world),
    generate: () => heads[next++] as RawRequest,
  });
  const run = new Run(tally, 'given');
  try {
    await run.run(new Random(1), openForHeads, { root: folder.root, requests: heads.length });
  } finally {
    folder.remove();
  }
  return { faults: tally.faults, isListed: tally.rejected > 0, statuses: run.statuses };
}

/** One application under requests. */
class Run {
  readonly #tally: Tally;
  readonly #name: string;
  /** The status of each request with a token that has every scope and group. */
  readonly statuses: number[] = [];
  #reached: Reached | undefined;

  constructor(tally: Tally, name: string) {
    this.#tally = tally;
    this.#name = name;
  }

  async run(
    random: Random,
    open: Campaign['open'],
    { root, requests = REQUESTS_PER_APPLICATION }: { root: string; requests?: number },
  ): Promise<void> {
    this.#tally.applications++;
    const trial = await this.#open(() =>
      open(random, {
        root,
        createGuard: createPolicy,
        createActingGuard: createActingPolicy,
        reach: (reached) => {
          this.#reached = reached;
        },
      }),
    );
    if (trial === undefined) {
      this.#tally.rejected++;
      return;
    }
    const wire = new Wire(trial.built.server);
    for (let i = 0; i < requests; i++) {
      await this.#try(trial, wire, trial.generate(random));
    }
    wire.close();
  }

  async #open(open: () => Trial): Promise<Trial | undefined> {
    try {
      const trial = open();
      await trial.built.check();
      return trial;
    } catch (error) {
      // A router of Hono that does not take such a path refuses to be built.
      if (error instanceof TypeError || error instanceof UnsupportedPathError) return undefined;
      throw error;
    }
  }

  /** Whatever a token with everything reaches, one that lacks what that needs must not. */
  async #try(trial: Trial, wire: Wire, head: RawRequest): Promise<void> {
    const reached = await this.#send(trial, wire, { head, lack: {} });
    if (reached === undefined) return;
    this.#tally.served++;
    const needs = trial.findNeeds(reached);
    const { group } = reached;
    if (group !== undefined && !GROUPS.includes(group)) this.#fault(trial, head, reached, {});
    const lacks: Lack[] = group === undefined ? [] : [{ group }];
    for (const scope of needs) lacks.push({ scope });
    for (const lack of lacks) {
      const again = await this.#send(trial, wire, { head, lack });
      if (again === undefined || again.id !== reached.id) continue;
      if (lack.group !== undefined && again.group !== lack.group) continue;
      this.#fault(trial, head, again, lack);
    }
  }

  async #send(
    trial: Trial,
    wire: Wire,
    { head, lack }: { head: RawRequest; lack: Lack },
  ): Promise<Reached | undefined> {
    this.#reached = undefined;
    this.#tally.requests++;
    const answer = await wire.exchange(toRaw(head, tokenWithout(lack)));
    if (lack.scope === undefined && lack.group === undefined) {
      this.statuses.push(Number(answer.slice(9, 12)));
    }
    return trial.findServed?.(answer) ?? this.#reached;
  }

  #fault(trial: Trial, head: RawRequest, reached: Reached, lack: Lack): void {
    this.#tally.faults.push(
      [
        `${this.#name}: ${head.method} ${head.target}`,
        `with ${JSON.stringify([...head.headers, ...(head.body === undefined ? [] : [head.body])])}`,
        `ran ${JSON.stringify(reached)} although the token lacks ${JSON.stringify(lack)}`,
        `(it needs ${trial.findNeeds(reached)}) in ${JSON.stringify(trial.description)}`,
      ].join('\n'),
    );
  }
}

function toRaw({ method, target, headers, body }: RawRequest, token: string): string {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: api.example',
    `Authorization: Bearer ${token}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
