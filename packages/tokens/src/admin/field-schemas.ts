import { z } from 'zod';
import {
  EMAIL,
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

export const emailSchema = z.email({ pattern: EMAIL }).max(MAX_EMAIL_CHARACTERS);
