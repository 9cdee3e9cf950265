import { z } from 'zod';
import {
  dateSchema,
  descriptionSchema,
  emailSchema,
  groupSchema,
  scopeSchema,
  textSchema,
} from './field-schemas.js';

/** A member that may be missing. Many clients write `null` for that. */
const absent = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);

const permission = z.enum(['GLOBAL', 'USER', 'ANONYMOUS']);
const limit = z.coerce.number().int().min(1).max(200).default(50);
const cursor = textSchema.max(200).optional();

/** The body of `POST /tokens`. Unknown members are rejected, because they may be misspelt. */
export const newTokenSchema = z.strictObject({
  description: descriptionSchema,
  permission,
  scopes: z.array(scopeSchema).min(1).max(100),
  groups: absent(z.array(groupSchema).max(100)),
  userEmail: absent(emailSchema),
  expiresAt: absent(dateSchema),
  allowedAddresses: absent(
    z
      .array(
        z.union(
          [z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()],
          'must be an IP address or a network in CIDR notation',
        ),
      )
      .max(100),
  ),
});

/** The body of `POST /tokens/{id}/rotate`. */
export const rotationSchema = z.strictObject({
  overlapSeconds: z.number().int().min(0).max(604_800),
});

const filter = {
  permission: permission.optional(),
  status: z.enum(['active', 'expired', 'revoked']).optional(),
  isRevoked: z.enum(['true', 'false']).optional(),
  scope: scopeSchema.optional(),
  userEmail: textSchema.max(254).optional(),
  createdBy: textSchema.max(254).optional(),
  expiresBefore: dateSchema.optional(),
  search: textSchema.max(200).optional(),
};

/** The query of `GET /tokens`. */
export const tokenListSchema = z.strictObject({
  ...filter,
  sortBy: z.enum(['createdAt', 'expiresAt', 'lastUsedAt']).optional(),
  direction: z.enum(['asc', 'desc']).optional(),
  limit,
  cursor,
});

/** The query of `GET /tokens/count`. */
export const tokenCountSchema = z.strictObject(filter);

/** The body of `POST /tokens/{id}/describe`. */
export const descriptionChangeSchema = z.strictObject({ description: descriptionSchema });

/** The body of `POST /tokens/revoke`. */
export const revocationsSchema = z.strictObject({
  ids: z.array(textSchema.min(1).max(200)).min(1).max(200),
});

/** The body of `POST /tokens/revoke-by-user`. */
export const userRevocationSchema = z.strictObject({ userEmail: emailSchema });

/** The body of `POST /tokens/find-secret`. */
export const secretSchema = z.strictObject({ secret: z.string().min(1).max(500) });

/** The query of `GET /audit` and `GET /tokens/{id}/audit`. */
export const pageSchema = z.strictObject({ limit, cursor });
