import { openPostgres, openSqlite, type SqlDatabase } from '@mandate/sql';

/** Opens what the command line names: a URL or a file. */
export function openDatabase(place: string): Promise<SqlDatabase> {
  return place.startsWith('postgres')
    ? openPostgres({ connectionString: place })
    : openSqlite({ file: place });
}
