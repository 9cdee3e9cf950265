import type { Actor, Principal } from '@mandate/core';

/** What every handler answers: which one it is, and whom it sees. */
export function echo(handler: string, auth: Principal | undefined) {
  return {
    handler,
    subject: auth?.subject,
    actors: listActors(auth?.actor),
    permission: auth?.permission,
    groups: auth?.groups,
  };
}

function listActors(actor: Actor | undefined): readonly string[] {
  return actor === undefined ? [] : [actor.subject, ...listActors(actor.actor)];
}

/** Hears of every handler that runs. */
export type Reach = (handler: string) => void;
