import { z } from 'zod';

const permission = z.enum(['GLOBAL', 'USER', 'ANONYMOUS']);
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/, 'is no scope (RFC 6749 §3.3)');
/** PostgreSQL holds every character but this one. */
const text = z.string().refine((value) => !value.includes('\0'), 'has a NUL character');
const limit = z.coerce.number().int().min(1).max(200).default(50);
const cursor = text.max(200).optional();

/** The body of `POST /tokens`. Members that it does not know are refused: they could be a misspelling. */
export const newTokenSchema = z.strictObject({
  description: text.trim().min(1).max(500),
  permission,
  scopes: z.array(scope).min(1).max(100),
  userEmail: z.email().max(254).optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  allowedAddresses: z
    .array(z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], 'is no address or network'))
    .max(100)
    .optional(),
});

/** The body of `POST /tokens/{id}/rotate`. */
export const rotationSchema = z.strictObject({
  overlapSeconds: z.number().int().min(0).max(604_800),
});

/** The query of `GET /tokens`. */
export const tokenListSchema = z.strictObject({
  permission: permission.optional(),
  status: z.enum(['active', 'expired', 'revoked']).optional(),
  scope: scope.optional(),
  userEmail: text.max(254).optional(),
  search: text.max(200).optional(),
  limit,
  cursor,
});

/** The query of `GET /audit` and `GET /tokens/{id}/audit`. */
export const pageSchema = z.strictObject({ limit, cursor });
