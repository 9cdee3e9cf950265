/** A small document of our own: one operation for each thing that `toEndpoints` knows. */
export const LIBRARY = {
  openapi: '3.1.0',
  info: { title: 'Library', version: '1' },
  servers: [{ url: 'https://library.example/api' }],
  security: [{ oauth: ['books:read'] }],
  paths: {
    '/books': {
      summary: 'What stands on the shelves',
      get: { responses: {} },
      head: { responses: {} },
      post: { security: [{ oauth: ['books:read', 'books:write'] }], responses: {} },
    },
    '/books/{book.id}': {
      get: {
        security: [{ oauth: ['books:read'] }, { oidc: ['reader'], roles: ['staff'] }, { key: [] }],
        responses: {},
      },
      delete: { security: [{ oauth: ['books:write'], key: [] }, { roles: ['admin'] }] },
    },
    '/health': { get: { security: [], responses: {} } },
    '/opening-hours': { get: { security: [{}, { oauth: [] }], responses: {} } },
    '/me': { get: { security: [{ roles: [] }], responses: {} } },
    '/shelves/{shelf}': { $ref: '#/components/pathItems/~1shelves~1%7Bshelf%7D' },
    'x-internal': { get: 'not an operation' },
  },
  webhooks: { overdue: { post: { responses: {} } } },
  components: {
    pathItems: { '/shelves/{shelf}': { put: { security: [{ renamed: [] }], responses: {} } } },
    securitySchemes: {
      oauth: { type: 'oauth2', flows: {} },
      oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://id.example' },
      roles: { type: 'http', scheme: 'Bearer' },
      basic: { type: 'http', scheme: 'basic' },
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      renamed: { $ref: '#/components/securitySchemes/roles' },
    },
  },
} as const;

/** The library with these paths only. */
export function withPaths(paths: unknown, rest: object = {}): unknown {
  return { ...LIBRARY, paths, ...rest };
}
