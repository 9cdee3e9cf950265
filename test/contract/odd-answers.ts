/** What a callback of the application answers instead of what its type allows. */
export const ODD_ANSWERS: Readonly<Record<string, () => unknown>> = {
  // A reason, which is the one answer of these that is allowed.
  text: () => 'a reason of the application',
  'the-word-true': () => new String('true'),
  empty: () => '',
  false: () => false,
  one: () => 1,
  zero: () => 0,
  null: () => null,
  nan: () => Number.NaN,
  list: () => [],
  'list-of-true': () => [true],
  object: () => ({}),
  'boxed-true': () => new Boolean(true),
  function: () => () => true,
  symbol: () => Symbol('true'),
  bigint: () => 1n,
  error: () => new Error('no'),
  'thrown-text': () => {
    throw 'thrown';
  },
  thrown: () => {
    throw new Error('directory at ldap://10.0.0.8 is on fire');
  },
  rejected: () => Promise.reject(new Error('directory at ldap://10.0.0.8 is on fire')),
};
