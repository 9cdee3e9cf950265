import type { Principal } from '@mandate/core';

/** What every handler answers: who the guard says is calling. */
export interface Answer {
  readonly server: string;
  readonly for: string;
  /** Who really sent the request, if it acts for another user. */
  readonly by: string | undefined;
}

export function createAnswer(server: string, { subject, actor }: Principal): Answer {
  return { server, for: subject, by: actor?.subject };
}
