import type { Actor, Principal } from '@mandate/core';

/** The answer of every handler: its name and its principal. */
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

/** Is notified of every handler that runs. */
export type Reach = (handler: string) => void;
