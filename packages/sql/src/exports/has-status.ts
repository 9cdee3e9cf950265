import type { Delivery } from '@mandate/exports/store';
import { type RawBuilder, sql } from 'kysely';

/** Literals, because SQLite does not use a partial index for a parameter. */
export const HAS_STATUS: Readonly<Record<Delivery['status'], RawBuilder<boolean>>> = {
  pending: sql`status = 'pending'`,
  delivered: sql`status = 'delivered'`,
  dead: sql`status = 'dead'`,
};
