import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority } from '@mandate/tokens';
import { openDatabase } from './open-database.js';

/** What was acknowledged, in the words of the pipe. */
export type Acknowledged =
  | { readonly created: string; readonly id: string }
  | { readonly revoked: string };

// Creates 1,000 tokens and revokes every third, saying so as each of it is acknowledged.
const [place = ''] = process.argv.slice(2);
const database = await openDatabase(place);
const authority = createTokenAuthority({ store: createSqlTokenStore(database) });
const admin = { subject: 'admin@example.com', isSuperAdmin: true };

function say(what: Acknowledged): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

process.stdout.write('"ready"\n');
for (let i = 0; i < 1000; i++) {
  const user = { permission: 'USER', userEmail: 'ada@example.com' } as const;
  const token = { description: `token ${i}`, scopes: ['SEARCH'], ...user };
  const issued = await authority.create(token, admin);
  say({ created: issued.secret, id: issued.token.id });
  if (i % 3 === 0) {
    await authority.revoke(issued.token.id, admin);
    say({ revoked: issued.token.id });
  }
  // Lets the pipe be written.
  await new Promise(setImmediate);
}
process.exit(0);
