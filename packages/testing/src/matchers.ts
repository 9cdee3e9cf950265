/** Matchers for `expect.extend` of vitest and Jest. */
export {
  type AccessMatchers,
  type MatcherContext,
  type MatcherResult,
  matchers,
} from './expect/matchers.js';
