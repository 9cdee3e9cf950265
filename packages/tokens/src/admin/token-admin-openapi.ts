import { z } from 'zod';
import {
  descriptionChangeSchema,
  newTokenSchema,
  pageSchema,
  revocationsSchema,
  rotationSchema,
  secretSchema,
  tokenCountSchema,
  tokenListSchema,
  userRevocationSchema,
} from './request-schemas.js';

const record = {
  type: 'object',
  required: [
    ...['id', 'description', 'permission', 'scopes', 'groups', 'lastFour'],
    ...['createdBy', 'createdAt', 'status'],
  ],
  properties: {
    id: { type: 'string' },
    description: { type: 'string' },
    permission: { enum: ['GLOBAL', 'USER', 'ANONYMOUS'] },
    scopes: { type: 'array', items: { type: 'string' } },
    groups: { type: 'array', items: { type: 'string' } },
    lastFour: { type: 'string', description: 'The last four characters of the secret.' },
    userEmail: { type: 'string' },
    createdBy: { type: 'string' },
    status: { enum: ['active', 'expired', 'revoked'] },
    createdAt: { type: 'string', format: 'date-time' },
    expiresAt: { type: 'string', format: 'date-time' },
    revokedAt: { type: 'string', format: 'date-time' },
    lastUsedAt: { type: 'string', format: 'date-time' },
    previousExpiresAt: { type: 'string', format: 'date-time' },
    allowedAddresses: { type: 'array', items: { type: 'string' } },
  },
  additionalProperties: false,
};
const issued = {
  type: 'object',
  required: ['token', 'secret'],
  properties: {
    token: record,
    secret: { type: 'string', description: 'Shown only in this answer.' },
  },
  additionalProperties: false,
};
const entry = {
  type: 'object',
  required: ['tokenId', 'action', 'by', 'at'],
  properties: {
    tokenId: { type: 'string' },
    action: { enum: ['created', 'revoked', 'rotated', 'described'] },
    by: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
  },
  additionalProperties: false,
};
const count = {
  type: 'object',
  required: ['count', 'isExact'],
  properties: {
    count: { type: 'integer' },
    isExact: { type: 'boolean', description: 'If false, there are at least `count` tokens.' },
  },
  additionalProperties: false,
};
const result = {
  type: 'object',
  required: ['id', 'code'],
  properties: {
    id: { type: 'string' },
    code: { enum: ['revoked', 'not_found', 'outcome_unknown', 'failed', 'skipped'] },
    token: record,
  },
  additionalProperties: false,
};
const results = {
  type: 'object',
  required: ['results'],
  properties: { results: { type: 'array', items: result } },
  additionalProperties: false,
};

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

function pageOf(items: object): object {
  return {
    type: 'object',
    required: ['items'],
    properties: { items: { type: 'array', items }, nextCursor: { type: 'string' } },
    additionalProperties: false,
  };
}

function respond(status: string, schema: object): object {
  const content = { 'application/json': { schema } };
  const problem = { description: 'Rejected: application/problem+json with code and detail.' };
  return { responses: { [status]: { description: 'Success.', content }, default: problem } };
}

function accept(schema: z.ZodType): object {
  const content = { 'application/json': { schema: z.toJSONSchema(schema, { io: 'input' }) } };
  return { requestBody: { required: true, content } };
}

function ask(schema: z.ZodObject): readonly object[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, one]) => ({ name, in: 'query', schema: one }));
}

/** Describes the API of `createTokenAdminHandler` as an OpenAPI 3.1 document. */
export const TOKEN_ADMIN_OPENAPI = {
  openapi: '3.1.0',
  info: { title: 'Administration of issued API tokens', version: '1' },
  paths: {
    '/tokens': {
      get: {
        operationId: 'listTokens',
        parameters: ask(tokenListSchema),
        ...respond('200', pageOf(record)),
      },
      post: { operationId: 'createToken', ...accept(newTokenSchema), ...respond('201', issued) },
    },
    '/tokens/count': {
      get: {
        operationId: 'countTokens',
        parameters: ask(tokenCountSchema),
        ...respond('200', count),
      },
    },
    '/tokens/find-secret': {
      post: { operationId: 'findSecret', ...accept(secretSchema), ...respond('200', record) },
    },
    '/tokens/revoke': {
      post: {
        operationId: 'revokeTokens',
        ...accept(revocationsSchema),
        ...respond('200', results),
      },
    },
    '/tokens/revoke-by-user': {
      post: {
        operationId: 'revokeByUser',
        ...accept(userRevocationSchema),
        ...respond('200', results),
      },
    },
    '/tokens/{id}': {
      get: { operationId: 'getToken', parameters: [id], ...respond('200', record) },
    },
    '/tokens/{id}/describe': {
      post: {
        operationId: 'describeToken',
        parameters: [id],
        ...accept(descriptionChangeSchema),
        ...respond('200', record),
      },
    },
    '/tokens/{id}/revoke': {
      post: { operationId: 'revokeToken', parameters: [id], ...respond('200', record) },
    },
    '/tokens/{id}/rotate': {
      post: {
        operationId: 'rotateToken',
        parameters: [id],
        ...accept(rotationSchema),
        ...respond('200', issued),
      },
    },
    '/tokens/{id}/audit': {
      get: {
        operationId: 'listTokenAudit',
        parameters: [id, ...ask(pageSchema)],
        ...respond('200', pageOf(entry)),
      },
    },
    '/audit': {
      get: {
        operationId: 'listAudit',
        parameters: ask(pageSchema),
        ...respond('200', pageOf(entry)),
      },
    },
  },
} as const;
