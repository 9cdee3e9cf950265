import { z } from 'zod';
import {
  EMAIL,
  isGroup,
  isStorable,
  MAX_DESCRIPTION_CHARACTERS,
  MAX_EMAIL_CHARACTERS,
  SCOPE,
} from '../token/fields.js';

export const textSchema = z.string().refine(isStorable, 'must not contain a NUL character');

export const descriptionSchema = textSchema.trim().min(1).max(MAX_DESCRIPTION_CHARACTERS);

export const scopeSchema = z
  .string()
  .regex(SCOPE, 'must be a scope of 1 to 128 characters (RFC 6749 §3.3)');

export const groupSchema = z
  .string()
  .refine(isGroup, 'must be a group of 1 to 200 characters without outer white space');

export const emailSchema = z.email({ pattern: EMAIL }).max(MAX_EMAIL_CHARACTERS);

/** A date of RFC 3339. The seconds may be missing, because many clients write none. */
export const dateSchema = z
  .string()
  .refine(isDate, 'must be a date that exists, with an offset: 2030-01-31T12:00Z');

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** `Date` takes the 31st of February for a day of March. */
function isDate(text: string): boolean {
  if (!DATE.test(text) || Number.isNaN(Date.parse(text))) return false;
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
