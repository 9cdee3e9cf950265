import { type RawBuilder, sql } from 'kysely';
import { selectSuperseding } from './build-notifying-insert.js';

const TABLE = 'mandate_export_deliveries';

/** Whether a higher revision of the event is stored, so that this one must not be sent any more. */
export const IS_SUPERSEDED: RawBuilder<boolean> = sql<boolean>`exists (${selectSuperseding(
  ...([`${TABLE}.connection_id`, `${TABLE}.engagement_id`] as const),
  ...([`${TABLE}.export_type`, `${TABLE}.revision`] as const),
)})`;
