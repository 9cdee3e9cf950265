import { z } from 'zod';

/** PostgreSQL holds every character but this one. */
export const textSchema = z
  .string()
  .refine((value) => !value.includes('\0'), 'has a NUL character');

export const descriptionSchema = textSchema.trim().min(1).max(500);

export const scopeSchema = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/, 'is no scope (RFC 6749 §3.3)');

export const emailSchema = z.email().max(254);
