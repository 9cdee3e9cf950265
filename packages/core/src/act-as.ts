import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { isGroupId } from './group-claims.js';
import { isHeaderName } from './header-name.js';
import type { Principal } from './principal.js';

export interface ActAsOptions {
  /** The header that names the user to act as. Default `X-Glean-ActAs`. */
  readonly header?: string | undefined;
  /**
   * Other names of that header. Default `['X-Scio-ActAs']` with the default header, none with another.
   * A request that names two users in two of them is refused.
   */
  readonly aliases?: readonly string[] | undefined;
  /**
   * Looks the user up: returns the subject to act as (a canonical e-mail address, an id), or
   * `undefined` if there is no such user, which refuses the request with `act_as_unknown`.
   * Default: every well-formed address is a user.
   */
  readonly resolveUser?:
    | ((email: string, holder: Principal) => MaybePromise<string | undefined>)
    | undefined;
  /**
   * The groups of the user acted for. Default: none, so that a group rule denies. The holder's own
   * groups are never lent.
   */
  readonly groupsOf?: ((subject: string) => MaybePromise<readonly (string | number)[]>) | undefined;
}

/** {@link ActAsOptions} made ready. */
export interface ActAs {
  readonly headers: readonly string[];
  readonly resolveUser: ActAsOptions['resolveUser'];
  readonly groupsOf: ActAsOptions['groupsOf'];
}

/** @throws TypeError if a header's name is none, or what must be a function is not. */
export function compileActAs(options: ActAsOptions = {}): ActAs {
  checkOptions<ActAsOptions>('actAs', options, {
    header: true,
    aliases: true,
    resolveUser: true,
    groupsOf: true,
  });
  const { header, resolveUser, groupsOf } = options;
  const aliases = options.aliases ?? (header === undefined ? ['X-Scio-ActAs'] : []);
  // A string is a list of its letters.
  if (!Array.isArray(aliases)) throw new TypeError('actAs: aliases must be a list');
  const headers = [header ?? 'X-Glean-ActAs', ...aliases];
  const wrong = headers.find((name) => !isHeaderName(name));
  if (wrong !== undefined) throw new TypeError(`actAs: "${wrong}" is no name of a header`);
  checkFunctions('actAs', options, ['resolveUser', 'groupsOf']);
  return { headers: headers.map((name) => name.toLowerCase()), resolveUser, groupsOf };
}

/**
 * The principal that the request is for. Only a `GLOBAL` token acts as somebody else, and it always
 * must; every other token is refused when it names anybody, even its own user.
 * @throws AuthError `act_as_required`, `act_as_malformed`, `act_as_forbidden` or `act_as_unknown`
 */
export function applyActAs(
  principal: Principal,
  request: AuthRequest,
  actAs: ActAs,
): MaybePromise<Principal> {
  const named = readNamedUser(request, actAs.headers);
  if (principal.permission !== 'GLOBAL') {
    if (named === undefined) return principal;
    throw new AuthError('act_as_forbidden', 'only a GLOBAL token may act as a user');
  }
  if (named === undefined) throw new AuthError('act_as_required', 'no user to act as is named');
  checkEmail(named);
  if (actAs.resolveUser === undefined && actAs.groupsOf === undefined) {
    return toActingPrincipal(principal, named, []);
  }
  return resolve(principal, named, actAs);
}

async function resolve(holder: Principal, email: string, actAs: ActAs): Promise<Principal> {
  const subject = actAs.resolveUser ? await actAs.resolveUser(email, holder) : email;
  if (typeof subject !== 'string' || subject === '') {
    throw new AuthError('act_as_unknown', 'the user to act as is not known');
  }
  const groups = (await actAs.groupsOf?.(subject)) ?? [];
  // Checked before they become strings: a group that is not there would be the group "undefined".
  if (!groups.every(isGroupId)) throw new TypeError('actAs: groupsOf must return group ids');
  return toActingPrincipal(holder, subject, groups.map(String));
}

function toActingPrincipal(
  holder: Principal,
  subject: string,
  groups: readonly string[],
): Principal {
  return Object.freeze({
    ...holder,
    subject,
    actor: Object.freeze({ subject: holder.subject, actor: holder.actor }),
    groups: Object.freeze(groups),
  });
}

/** The user that one header names, or several alike; empty and blank ones count as absent. */
function readNamedUser(request: AuthRequest, headers: readonly string[]): string | undefined {
  let named: string | undefined;
  for (const header of headers) {
    const line = request.header(header);
    if (line === undefined) continue;
    const value = trimWhiteSpace(line);
    if (value === '') continue;
    if (named !== undefined && named !== value) {
      throw new AuthError('act_as_malformed', 'two headers name two users to act as');
    }
    named = value;
  }
  return named;
}

const MAX_EMAIL_LENGTH = 254;
/** A valid e-mail address of the HTML standard: what its `input type="email"` accepts. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function checkEmail(value: string): void {
  if (value.length > MAX_EMAIL_LENGTH || !EMAIL.test(value)) {
    throw new AuthError('act_as_malformed', 'the user to act as is not one e-mail address');
  }
}
