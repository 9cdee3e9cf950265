import type { NewToken, TokenAuthorityError } from '@mandate/tokens';
import { toSentence } from '../console-error.js';
import type { Form } from '../form.js';
import type { Problem } from '../layout/problem-summary.js';

/** A new token as it was typed. */
export interface TokenDraft {
  readonly description: string;
  readonly permission: string;
  readonly scopes: readonly string[];
  readonly userEmail: string;
  /** A day, `2027-01-31`; empty for never. */
  readonly expiresAt: string;
  /** One address or network a line. */
  readonly allowedAddresses: string;
}

/** What the form shows before anything is typed: nothing is granted yet, and it ends after 90 days. */
export function createDraft(now: Date): TokenDraft {
  const expiry = new Date(now.getTime() + 90 * 24 * 3600 * 1000);
  return {
    description: '',
    permission: 'USER',
    scopes: [],
    userEmail: '',
    expiresAt: expiry.toISOString().slice(0, 10),
    allowedAddresses: '',
  };
}

export function readDraft(form: Form): TokenDraft {
  return {
    description: form.text('description'),
    permission: form.text('permission'),
    scopes: form.choices('scopes').flatMap(splitWords),
    userEmail: form.text('userEmail'),
    expiresAt: form.text('expiresAt'),
    allowedAddresses: form.text('allowedAddresses'),
  };
}

/** What the authority is asked for. Whether that may be, it decides itself. */
export function toNewToken(draft: TokenDraft): NewToken {
  return {
    description: draft.description,
    permission: draft.permission as NewToken['permission'],
    scopes: draft.scopes,
    userEmail: draft.userEmail || undefined,
    expiresAt: draft.expiresAt === '' ? undefined : toEndOfDay(draft.expiresAt),
    allowedAddresses: splitWords(draft.allowedAddresses),
  };
}

/** The last second of a day in UTC. What is no day becomes an invalid date, which no authority takes. */
function toEndOfDay(day: string): Date {
  const end = new Date(`${day}T23:59:59Z`);
  // `2027` and `2027-01` are dates as well, and 31 February would be one in March.
  return end.toJSON()?.slice(0, 10) === day ? end : new Date(Number.NaN);
}

function splitWords(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

/** What the authority refused, each at the field that it is about. */
export function toProblems({ code, message, issues }: TokenAuthorityError): readonly Problem[] {
  if (issues.length === 0)
    return [{ field: code === 'forbidden' ? 'permission' : '', message: toSentence(message) }];
  return issues.map((issue) => ({
    // `scopes.0`: lists have one field for all that is in them.
    field: issue.path.split('.')[0] ?? '',
    message: toSentence(issue.message),
  }));
}
