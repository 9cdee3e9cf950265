// One worker on the outbox that its argument names.
import { createExports } from '@mandate/exports';
import { createSqlExportStore } from '@mandate/sql/exports';
import { openPostgres } from '@mandate/sql/postgres';
import { openSqlite } from '@mandate/sql/sqlite';
import { serveParent } from './support/child.mjs';

let database;
let worker;

serveParent(async ({ open, start, stop, close }) => {
  if (open !== undefined) {
    const { place, options } = open;
    database = place.startsWith('postgres')
      ? await openPostgres({ connectionString: place, migrate: false })
      : await openSqlite({ file: place, migrate: false });
    const keys = options.keys.map((key) => Buffer.from(key, 'hex'));
    worker = createExports({ ...options, keys, store: createSqlExportStore(database) }).worker;
  }
  if (start) worker.start();
  if (stop) await worker.stop();
  if (close) await database.close();
});
