import { ExportError } from '../model/export-error.js';

const MAX_OVERLAP_SECONDS = 7 * 24 * 60 * 60;

/** @throws ExportError `invalid` */
export function checkOverlap(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_OVERLAP_SECONDS) return;
  const message = `must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`;
  const issue = { path: 'overlapSeconds', message };
  throw new ExportError('invalid', `overlapSeconds ${message}`, [issue]);
}

/** @throws ExportError `invalid` */
export function checkChanges(changes: unknown): void {
  const isObject = typeof changes === 'object' && changes !== null;
  const fixed = isObject ? ['preset', 'grantType'].filter((name) => name in changes) : [];
  if (isObject && fixed.length === 0) return;
  const issues = isObject
    ? fixed.map((path) => ({ path, message: 'cannot be changed' }))
    : [{ path: '', message: 'must be an object' }];
  throw new ExportError('invalid', 'the changes are invalid', issues);
}

/**
 * Requires a secret with a change of the hosts that receive it. Otherwise a person who may
 * change endpoints, but does not know the secret, could have it sent to a host of their own.
 *
 * @throws ExportError `invalid`
 */
export function checkSecretRepeated(path: 'clientSecret' | 'header', areHostsSame: boolean): void {
  if (areHostsSame) return;
  const message = 'must be entered again, because it is now sent to another host';
  const issue = { path, message };
  throw new ExportError('invalid', 'the changes are invalid', [issue]);
}

/** @throws ExportError `invalid` */
export function checkLoginArguments(session: string, by: string): void {
  const hasLength = (text: unknown, min: number, max: number): boolean =>
    typeof text === 'string' && text.length >= min && text.length <= max;
  const issues = [
    ...(hasLength(session, 16, 4096)
      ? []
      : [{ path: 'session', message: 'must have 16 to 4096 characters' }]),
    ...(hasLength(by, 1, 200) ? [] : [{ path: 'by', message: 'must have 1 to 200 characters' }]),
  ];
  if (issues.length === 0) return;
  const message = issues.map((issue) => `${issue.path} ${issue.message}`).join('; ');
  throw new ExportError('invalid', message, issues);
}
