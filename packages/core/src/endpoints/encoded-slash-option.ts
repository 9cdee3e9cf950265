/** The options of `requireAuth` that decide about encoded slashes. */
export interface EncodedSlashOption {
  readonly endpoints?: 'by-map' | 'by-route' | undefined;
  readonly allowEncodedSlash?: boolean | undefined;
}

/**
 * Whether a path may hold an encoded slash where routes have their own rules.
 * @throws TypeError if the option is not a boolean, or a map decides, because the map sets it per entry.
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
