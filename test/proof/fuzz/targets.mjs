import * as documents from './documents.mjs';
import * as requests from './requests.mjs';
import * as services from './services.mjs';

/** What is fuzzed, by name. */
export const TARGETS = { ...requests, ...documents, ...services };
