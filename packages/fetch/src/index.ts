export { DenialError } from '@mandate/core/adapter';
export { createDecide, type FetchDecision } from './create-decide.js';
export type { DecideOptions, GuardFetchOptions } from './fetch-options.js';
export { type GuardedHandler, guardFetch } from './guard-fetch.js';
export type { GuardedContext } from './guarded-context.js';
