import assert from 'node:assert/strict';

/** Asserts that an object has the given members. `undefined` and a missing member are equal. */
export function assertMembers(actual: object | undefined, expected: object): void {
  assert.ok(actual !== undefined, 'the store returned nothing');
  const members = actual as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(expected)) {
    assert.deepEqual(members[name], value, `${name} differs`);
  }
}

/** Asserts that two objects are equal. `undefined` and a missing member are equal. */
export function assertEqual(actual: object | undefined, expected: object): void {
  assertMembers(actual, expected);
  const names = Object.entries(actual ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : name,
  );
  const surplus = names.filter((name) => !(name in expected));
  assert.deepEqual(surplus, [], 'the store returned members that the contract does not have');
}
