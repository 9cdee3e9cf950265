/** Where clients look for the metadata of a resource without a path (RFC 9728 §3), and what its paths start with. */
export const METADATA_PATH = '/.well-known/oauth-protected-resource';

/** Inserts the well-known path between the host and the path of an identifier (RFC 9728 §3.1). */
export function toMetadataPath(identifier: string): string {
  const { pathname } = new URL(identifier);
  return METADATA_PATH + (pathname === '/' ? '' : pathname);
}
