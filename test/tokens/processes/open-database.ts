import type { SqlDatabase } from '@mandate/sql';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';

/** Opens what the command line names: a URL or a file. By default a busy machine is not an outage. */
export function openDatabase(place: string, timeoutMs = 60_000): Promise<SqlDatabase> {
  return place.startsWith('postgres')
    ? openPostgres({ connectionString: place, timeoutMs, onError: null })
    : openSqlite({ file: place });
}
