import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority } from '@mandate/tokens';

// Creates tokens until the file may not grow any more, and says which and what then happened.
process.on('SIGXFSZ', () => {});
const [file = ''] = process.argv.slice(2);
const authority = createTokenAuthority({ store: createSqlTokenStore(await openSqlite({ file })) });
const admin = { subject: 'admin@example.com', isSuperAdmin: true };
const user = { permission: 'USER', userEmail: 'ada@example.com' } as const;
const token = { description: 'x'.repeat(200), scopes: ['SEARCH'], ...user };

const created: string[] = [];
const errors: string[] = [];
for (let i = 0; i < 10_000 && errors.length < 3; i++) {
  try {
    created.push((await authority.create(token, admin)).secret);
  } catch (error) {
    errors.push(String(error));
  }
}
const { items } = await authority.list({}, { limit: 200 });
console.log(JSON.stringify({ created, errors, listed: items.length }));
process.exit(0);
