import { FetchFailure } from '../../../packages/exports/src/fetch/fetch-failure.js';
import { createGuardedFetch } from '../../../packages/exports/src/fetch/guarded-fetch.js';

// Prints the result of a request to each URL. The environment sets the trusted certificates.
for (const url of process.argv.slice(2)) {
  for (const allowLoopback of [true, false]) {
    const fetch = createGuardedFetch({ allowLoopback });
    const result = await fetch(url, { method: 'GET', headers: {} }).then(
      (response) => response.text(),
      (error: unknown) => (error instanceof FetchFailure ? error.code : String(error)),
    );
    console.log(result);
  }
}
