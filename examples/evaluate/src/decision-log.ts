import type { DecisionEvent } from '@mandate/core';

/** One decision in one line, for an audit trail or, as here, for looking on. */
export function writeDecision(event: DecisionEvent): string {
  const { code, method, path, subject = '-', actor, durationMs } = event;
  const who = actor === undefined ? subject : `${subject}, sent by ${actor}`;
  return `${durationMs.toFixed(3).padStart(8)} ms  ${code}  ${method} ${path}  ${who}`;
}
