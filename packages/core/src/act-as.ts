import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { trimWhiteSpace } from '@mandate/internal/trim-white-space';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import type { Claims } from './claims.js';
import { isGroupId } from './group-claims.js';
import { isHeaderName } from './header-name.js';
import type { Principal } from './principal.js';

export interface ActAsOptions<TokenClaims extends object = Claims> {
  /** The header that names the user to act as. Default `X-Glean-ActAs`. */
  readonly header?: string | undefined;
  /**
   * Other names of that header. Default `['X-Scio-ActAs']` with the default header, otherwise none. A request
   * that names two users in two headers is rejected.
   */
  readonly aliases?: readonly string[] | undefined;
  /**
   * Parses the trimmed value of the header. Returns the user to pass to `resolveUser`, or `undefined` for a
   * malformed value, which rejects the request with `act_as_malformed`. Default: the value must be one e-mail
   * address. Set it if users are named by an id.
   */
  readonly parse?: ((value: string) => string | undefined) | undefined;
  /**
   * Looks up the user. Returns the subject to act as (a canonical e-mail address, an id), or `undefined` for
   * an unknown user, which rejects the request with `act_as_unknown`. Default: every well-formed address is
   * a user.
   */
  readonly resolveUser?:
    | ((user: string, holder: Principal<TokenClaims>) => MaybePromise<string | undefined>)
    | undefined;
  /**
   * Returns the groups of the user acted for. Default: none, so a group rule rejects the request. The groups of
   * the token's holder never apply to the user.
   */
  readonly groupsOf?: ((subject: string) => MaybePromise<readonly (string | number)[]>) | undefined;
}

/** Compiled {@link ActAsOptions}. */
export interface ActAs {
  readonly headers: readonly string[];
  readonly parse: (value: string) => unknown;
  readonly resolveUser: ActAsOptions['resolveUser'];
  readonly groupsOf: ActAsOptions['groupsOf'];
}

/** @throws TypeError if a header name is invalid, or a callback is not a function. */
export function compileActAs(options: ActAsOptions = {}): ActAs {
  checkOptions<ActAsOptions>('actAs', options, {
    header: true,
    aliases: true,
    parse: true,
    resolveUser: true,
    groupsOf: true,
  });
  const { header, resolveUser, groupsOf } = options;
  const aliases = options.aliases ?? (header === undefined ? ['X-Scio-ActAs'] : []);
  // Otherwise a string would be iterated as a list of its characters.
  if (!Array.isArray(aliases)) throw new TypeError('actAs: aliases must be a list');
  const headers = [header ?? 'X-Glean-ActAs', ...aliases];
  const wrong = headers.find((name) => !isHeaderName(name));
  if (wrong !== undefined) throw new TypeError(`actAs: "${wrong}" is not a header name`);
  checkFunctions('actAs', options, ['parse', 'resolveUser', 'groupsOf']);
  return {
    headers: headers.map((name) => name.toLowerCase()),
    parse: options.parse ?? parseEmail,
    resolveUser,
    groupsOf,
  };
}

/**
 * Returns the principal that the request is for. A `GLOBAL` token must name the user it acts as. Any other
 * token is rejected if the request names a user, even the token's own user.
 * @throws AuthError `act_as_required`, `act_as_malformed`, `act_as_forbidden` or `act_as_unknown`
 */
export function applyActAs(
  principal: Principal,
  request: AuthRequest,
  actAs: ActAs,
): MaybePromise<Principal> {
  const named = findNamedUser(request, actAs.headers);
  if (principal.permission !== 'GLOBAL') {
    if (named === undefined) return principal;
    throw new AuthError('act_as_forbidden', 'only a GLOBAL token may act as a user');
  }
  if (named === undefined)
    throw new AuthError('act_as_required', 'the request names no user to act as');
  const user = parseUser(named, actAs);
  if (actAs.resolveUser === undefined && actAs.groupsOf === undefined) {
    return toActingPrincipal(principal, user, []);
  }
  return resolve(principal, user, actAs);
}

async function resolve(holder: Principal, user: string, actAs: ActAs): Promise<Principal> {
  const subject = actAs.resolveUser ? await actAs.resolveUser(user, holder) : user;
  if (typeof subject !== 'string' || subject === '') {
    throw new AuthError('act_as_unknown', 'the user to act as is not known');
  }
  const groups = (await actAs.groupsOf?.(subject)) ?? [];
  // Check before the conversion, because a missing group would become the group "undefined".
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

/** The user that the headers name. Empty and blank headers count as absent. */
function findNamedUser(request: AuthRequest, headers: readonly string[]): string | undefined {
  let named: string | undefined;
  for (const header of headers) {
    const line = request.header(header);
    if (line === undefined) continue;
    const value = trimWhiteSpace(line);
    if (value === '') continue;
    if (named !== undefined && named !== value) {
      throw new AuthError('act_as_malformed', 'two headers name different users to act as');
    }
    named = value;
  }
  return named;
}

const MAX_EMAIL_LENGTH = 254;
/** A valid e-mail address of the HTML standard: what its `input type="email"` accepts. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function parseEmail(value: string): string | undefined {
  return value.length <= MAX_EMAIL_LENGTH && EMAIL.test(value) ? value : undefined;
}

/** @throws AuthError `act_as_malformed` */
function parseUser(value: string, { parse }: ActAs): string {
  const user = parse(value);
  if (user === undefined) {
    const reason =
      parse === parseEmail
        ? 'the user to act as is not one e-mail address'
        : 'the user to act as is malformed';
    throw new AuthError('act_as_malformed', reason);
  }
  if (typeof user === 'string' && user !== '') return user;
  // Otherwise its rejection would end the process.
  if (isPromise(user)) user.then(undefined, () => {});
  throw new TypeError('actAs: parse must return a non-empty string or undefined');
}
