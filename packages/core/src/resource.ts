/** The metadata of a protected resource (RFC 9728), and challenges that lead clients to it. */
export type { ProtectedResource } from './protected-resource.js';
export { createMetadataHandler } from './resource/create-metadata-handler.js';
export { createResource } from './resource/create-resource.js';
export { METADATA_PATH } from './resource/metadata-path.js';
export type { ResourceOptions } from './resource/resource-options.js';
