import type { NewToken, TokenAuthorityError } from '@mandate/tokens';
import { toSentence } from '../console-error.js';
import type { Form } from '../form.js';
import type { Problem } from '../layout/problem-summary.js';

/** The input of the form for a new token, unchecked. */
export interface TokenDraft {
  readonly description: string;
  readonly permission: string;
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
  readonly userEmail: string;
  /** A day, `2027-01-31`; empty for a token that never expires. */
  readonly expiresAt: string;
  /** One address or network per line. */
  readonly allowedAddresses: string;
}

/** The initial form: no scopes, and 90 days until expiry. */
export function createDraft(now: Date): TokenDraft {
  const expiry = new Date(now.getTime() + 90 * 24 * 3600 * 1000);
  return {
    description: '',
    permission: 'USER',
    scopes: [],
    groups: [],
    userEmail: '',
    expiresAt: expiry.toISOString().slice(0, 10),
    allowedAddresses: '',
  };
}

export function parseDraft(form: Form): TokenDraft {
  return {
    description: form.text('description'),
    permission: form.text('permission'),
    scopes: form.choices('scopes').flatMap(splitWords),
    groups: form.choices('groups'),
    userEmail: form.text('userEmail'),
    expiresAt: form.text('expiresAt'),
    allowedAddresses: form.text('allowedAddresses'),
  };
}

/** Converts the input to a request to the authority, which checks it. */
export function toNewToken(draft: TokenDraft): NewToken {
  return {
    description: draft.description,
    permission: draft.permission as NewToken['permission'],
    scopes: draft.scopes,
    groups: draft.groups,
    userEmail: draft.userEmail || undefined,
    expiresAt: draft.expiresAt === '' ? undefined : toEndOfDay(draft.expiresAt),
    allowedAddresses: splitWords(draft.allowedAddresses),
  };
}

/** The last second of a day in UTC. An invalid day becomes an invalid date, which the authority rejects. */
function toEndOfDay(day: string): Date {
  const end = new Date(`${day}T23:59:59Z`);
  // `Date` also accepts `2027` and `2027-01`, and converts 31 February to a day in March.
  return end.toJSON()?.slice(0, 10) === day ? end : new Date(Number.NaN);
}

function splitWords(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** Assigns the problems that the authority reports to the fields of the form. */
export function toProblems({ code, message, issues }: TokenAuthorityError): readonly Problem[] {
  if (issues.length === 0)
    return [{ field: code === 'forbidden' ? 'permission' : '', message: toSentence(message) }];
  return issues.map((issue) => ({
    // `scopes.0` belongs to the field `scopes`.
    field: issue.path.split('.')[0] ?? '',
    message: toSentence(issue.message),
  }));
}
