import { isPromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import type { Claims } from '../claims.js';

/** The part of {@link https://standardschema.dev Standard Schema} (version 1) that is used. */
export interface ClaimsSchema<Output = Claims> {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** The result of a validation: a value, or the issues that were found. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The claims of an issuer whose schema outputs `Output`; without a schema, it is `unknown`. */
export type SchemaClaims<Output> = unknown extends Output
  ? Claims
  : Output extends object
    ? Output
    : never;

/** @throws TypeError if it is not a schema. */
export function checkClaimsSchema(schema: unknown, owner: string): void {
  const standard = (schema as Partial<ClaimsSchema> | null)?.['~standard'];
  if (standard?.version === 1 && typeof standard.validate === 'function') return;
  throw new TypeError(`${owner}: claims must be a schema with "~standard", version 1`);
}

/**
 * Returns the claims as the schema outputs them, frozen.
 * @throws AuthError `token_invalid` with the place of the first issue. Messages may quote values, so they are
 * left out.
 * @throws TypeError if the schema is asynchronous, or outputs something other than an object.
 */
export function applySchema(schema: ClaimsSchema<object>, claims: Claims, owner: string): Claims {
  const result = schema['~standard'].validate(claims);
  if (isPromise(result)) {
    // Otherwise its rejection would end the process.
    result.then(undefined, () => {});
    throw new TypeError(`${owner}: the schema of claims is asynchronous; it must be synchronous`);
  }
  if (result.issues !== undefined) {
    const reason = `the claims do not match their schema${toPlace(result.issues[0])}`;
    throw new AuthError('token_invalid', reason);
  }
  const { value } = result;
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${owner}: the schema of claims must output an object`);
  }
  return Object.freeze(value) as Claims;
}

function toPlace(issue: SchemaIssue | undefined): string {
  const path = issue?.path?.map((part) => String(typeof part === 'object' ? part.key : part));
  return path === undefined || path.length === 0 ? '' : ` at "${path.join('.')}"`;
}
