import type { Denial } from './denial.js';
import type { Endpoint } from './endpoints/endpoint.js';
import type { TokenVerifier } from './verifier.js';

/** The identity of an API towards OAuth clients (RFC 9728); see `createResource` of `@mandate/core/resource`. */
export interface ProtectedResource {
  /** The resource identifier, exactly as configured: `https://api.example.com/v1`. */
  readonly identifier: string;
  /** Where its metadata is: the `resource_metadata` of challenges. */
  readonly metadataUrl: string;
  /**
   * Called when a guard is made.
   * @throws TypeError if a verifier accepts tokens of an issuer whatever their audience, or for other audiences only.
   */
  checkVerifiers(verifiers: readonly TokenVerifier<object>[]): void;
  /** Adds `resource_metadata` to the challenge, and to that of a 401 the scopes. */
  completeDenial(denial: Denial, scopes: readonly string[]): Denial;
  /** The members of the metadata document (RFC 9728 §2). `endpoints` are those of the guards of the resource. */
  buildMetadata(endpoints: readonly Endpoint[]): Readonly<Record<string, unknown>>;
}
