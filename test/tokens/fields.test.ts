import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  descriptionSchema,
  emailSchema,
  scopeSchema,
} from '../../packages/tokens/src/admin/field-schemas.js';
import { isDescription, isEmail, isScope } from '../../packages/tokens/src/token/fields.js';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.emailAddress(),
  fc.emailAddress().map((email) => `${email} `),
  fc.constantFrom('', ' ', '\0', 'a\0', 'a b', '"', 'a..b@example.com', `${'a'.repeat(300)}@b.co`),
  fc.nat(600).map((length) => 'x'.repeat(length)),
);
const anything = fc.oneof(text, fc.anything());

// The authority checks by hand, its JSON API with a schema: what one accepts the other must accept.
describe('the authority and its JSON API check a token in the same way', () => {
  test.each([
    ['the description', isDescription, descriptionSchema],
    ['a scope', isScope, scopeSchema],
    ['the e-mail address', isEmail, emailSchema],
  ] as const)('%s', (_name, isValid, schema) => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(isValid(value)).toBe(schema.safeParse(value).success);
      }),
      { numRuns: 500 },
    );
  });
});
