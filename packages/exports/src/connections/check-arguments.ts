import { ExportError } from '../model/export-error.js';

const MAX_OVERLAP_SECONDS = 7 * 24 * 60 * 60;

/** @throws ExportError `invalid` */
export function checkOverlap(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_OVERLAP_SECONDS) return;
  const message = `must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`;
  const issue = { path: 'overlapSeconds', message };
  throw new ExportError('invalid', 'the overlap is not possible', [issue]);
}

/** @throws ExportError `invalid` */
export function checkChanges(changes: unknown): void {
  const isObject = typeof changes === 'object' && changes !== null;
  if (isObject && !('preset' in changes)) return;
  const issue = isObject
    ? { path: 'preset', message: 'cannot be changed' }
    : { path: '', message: 'must be an object' };
  throw new ExportError('invalid', 'the connection has mistakes', [issue]);
}

/**
 * Else whoever may change an address could have the secret sent to themselves.
 * @throws ExportError `invalid`
 */
export function checkSecretStays(isSame: boolean): void {
  if (isSame) return;
  const message = 'must be given again, as it is sent to another host';
  const issue = { path: 'clientSecret', message };
  throw new ExportError('invalid', 'the connection has mistakes', [issue]);
}

/** @throws ExportError `invalid` */
export function checkPerson(session: string, by: string): void {
  const isLong = (text: unknown, min: number, max: number): boolean =>
    typeof text === 'string' && text.length >= min && text.length <= max;
  const issues = [
    ...(isLong(session, 16, 4096)
      ? []
      : [{ path: 'session', message: 'must have 16 to 4096 characters' }]),
    ...(isLong(by, 1, 200) ? [] : [{ path: 'by', message: 'must have 1 to 200 characters' }]),
  ];
  if (issues.length > 0)
    throw new ExportError('invalid', 'nobody can be recognized by that', issues);
}
