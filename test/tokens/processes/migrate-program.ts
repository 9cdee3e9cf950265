import { once } from 'node:events';
import { openDatabase } from './open-database.js';

// Says that it is there, and opens the database at the word.
const [place = ''] = process.argv.slice(2);
console.log('ready');
await once(process.stdin, 'data');
const database = await openDatabase(place);
await database.close();
process.exit(0);
