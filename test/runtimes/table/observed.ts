import type { DecisionEvent } from '@mandate/core';
import type { Mounting } from '../../contract/case.js';
import { createPolicy } from '../../contract/policy.js';

/** What happened in a server since it was last asked. */
export interface Seen {
  readonly reached: readonly string[];
  readonly decisions: readonly DecisionEvent[];
}

/** A guard with the policy of the table, and what happens behind it. */
export function createObserved(mounting: Mounting) {
  const reached: string[] = [];
  const decisions: DecisionEvent[] = [];
  const base = mounting === 'mounted' ? '/api' : '';
  return {
    guard: createPolicy(base, (event) => decisions.push(event)),
    reach: (handler: string) => void reached.push(handler),
    take: (): Seen => ({ reached: reached.splice(0), decisions: decisions.splice(0) }),
  };
}
