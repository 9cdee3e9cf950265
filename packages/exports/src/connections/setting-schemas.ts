import { z } from 'zod';
import type { ExportType } from '../model/delivery.js';

/** Text without control characters, which would otherwise reach logs and headers. */
export const text = (max: number) =>
  z
    .string({ error: 'must be given' })
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .regex(/^\P{Cc}*$/u, 'must not have control characters')
    .refine((value) => value.trim() === value, 'must not begin or end with white space');

/** An API name of Salesforce: `Engagement__c`, or with a namespace `glia__Engagement__c`. */
const apiName = z
  .string({ error: 'must be given' })
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, 'must be an API name like Engagement__c');

/** RFC 6749 §3.3 */
export const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be one scope without spaces');

const memberPath = z
  .string()
  .max(200, 'must have at most 200 characters')
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'must be names joined by dots, like engagement.type');

/** Names that HTTP, this server or Standard Webhooks use. */
const RESERVED_HEADER =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-.*|accept.*|user-agent|cookie|proxy-.*|webhook-.*)$/i;

export const header = z.strictObject(
  {
    name: z
      .string({ error: 'must be given' })
      // RFC 9110 §5.6.2
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be a header name')
      .refine(
        (name) => !RESERVED_HEADER.test(name),
        'must not be a header that HTTP or Standard Webhooks uses',
      ),
    value: z
      .string({ error: 'must be given' })
      .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,1998}[\x21-\x7e])?$/, 'must be printable ASCII'),
  },
  { error: 'must have a name and a value' },
);

export const salesforce = z
  .strictObject({
    kind: z.literal('salesforce'),
    object: apiName,
    externalIdField: apiName,
    fields: z
      .record(apiName, memberPath, {
        error: ({ code }) =>
          code === 'invalid_key' ? 'must be an API name like Engagement__c' : 'must be an object',
      })
      .refine((fields) => Object.keys(fields).length <= 200, 'must have at most 200 fields'),
    apiVersion: z
      .string({ error: 'must be given' })
      .regex(/^v\d{2,3}\.0$/, 'must be a version like v62.0'),
  })
  .refine(({ externalIdField, fields }) => !Object.hasOwn(fields, externalIdField), {
    path: ['fields'],
    message: 'must not contain the external id field, which is part of the URL',
  });

const EXPORT_TYPES = [
  ...(['engagement_start', 'engagement', 'engagement_transfer', 'user_presence_update'] as const),
] as const satisfies readonly ExportType[];

export const exportTypes = z
  .array(z.enum(EXPORT_TYPES, { error: `must be one of ${EXPORT_TYPES.join(', ')}` }), {
    error: 'must be a list',
  })
  .min(1, 'must name at least one type')
  .refine((types) => new Set(types).size === types.length, 'must not repeat a type');
