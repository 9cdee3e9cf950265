/** The option of each adapter's `requireAuth` about encoded slashes. */
export interface EncodedSlashOption {
  readonly endpoints?: 'by-map' | 'by-route' | undefined;
  readonly allowEncodedSlash?: boolean | undefined;
}

/**
 * Whether paths may hold an encoded slash, where routes have rules of their own.
 * @throws TypeError if the option is not a boolean, or is set where a map decides: the map has it at
 * its entries.
 */
export function toAllowEncodedSlash({ endpoints, allowEncodedSlash }: EncodedSlashOption): boolean {
  if (allowEncodedSlash === undefined) return false;
  if (typeof allowEncodedSlash !== 'boolean') {
    throw new TypeError('requireAuth: allowEncodedSlash must be true or false');
  }
  if (allowEncodedSlash && endpoints !== 'by-route') {
    throw new TypeError(
      "requireAuth: allowEncodedSlash needs endpoints: 'by-route'; with an endpoint map, set it at the entry",
    );
  }
  return allowEncodedSlash;
}
