import { z } from 'zod';
import type { EgressRules } from '../fetch/egress-rules.js';
import { findUrlProblem } from '../fetch/guarded-url.js';
import type { ClientAuthentication, NewConnection, PresetName } from '../model/connection.js';
import type { ExportType } from '../model/delivery.js';
import { ExportError } from '../model/export-error.js';
import { findGrantFaults, GRANT_TYPES } from './grant-settings.js';
import { PRESETS } from './presets.js';

/** The valid settings of a connection. */
export type CheckedConnection = Omit<NewConnection, 'clientSecret'> & {
  /** `undefined` keeps the stored secret. */
  readonly clientSecret?: string | undefined;
};

/**
 * Checks the settings that an administrator entered.
 *
 * @throws ExportError `invalid` with every fault; it repeats no value.
 */
export function checkConnection(
  input: unknown,
  options: { readonly egress: EgressRules; readonly needsSecret: boolean },
): CheckedConnection {
  const result = createSchema(options.egress).safeParse(input);
  const faults = isObject(input) ? findGrantFaults(input, options) : [];
  if (result.success && faults.length === 0) return result.data;
  const issues = (result.error?.issues ?? []).flatMap(toIssues);
  throw new ExportError('invalid', 'the settings are invalid', [...issues, ...faults]);
}

function toIssues({ path, message, ...issue }: z.core.$ZodIssue) {
  const at = path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'is unknown',
    }));
  }
  return [{ path: at, message }];
}

/** Text without control characters, which would otherwise reach logs and headers. */
const text = (max: number) =>
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
const scope = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/, 'must be one scope without spaces');

const memberPath = z
  .string()
  .max(200, 'must have at most 200 characters')
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'must be names joined by dots, like engagement.type');

/** Names that HTTP, this server or Standard Webhooks use. */
const RESERVED_HEADER =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-.*|accept.*|user-agent|cookie|proxy-.*|webhook-.*)$/i;

const header = z.strictObject(
  {
    name: z
      .string({ error: 'must be given' })
      // RFC 9110 §5.6.2
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be a header name')
      .refine((name) => !RESERVED_HEADER.test(name), 'is a header with a meaning of its own'),
    value: z
      .string({ error: 'must be given' })
      .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,1998}[\x21-\x7e])?$/, 'must be printable ASCII'),
  },
  { error: 'must have a name and a value' },
);

const salesforce = z
  .strictObject({
    kind: z.literal('salesforce'),
    object: apiName,
    externalIdField: apiName,
    fields: z
      .record(apiName, memberPath, { error: 'must be an object' })
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

const exportTypes = z
  .array(z.enum(EXPORT_TYPES, { error: `must be one of ${EXPORT_TYPES.join(', ')}` }), {
    error: 'must be a list',
  })
  .min(1, 'must name at least one type')
  .refine((types) => new Set(types).size === types.length, 'must not repeat a type');

const CLIENT_AUTHENTICATIONS = [
  'client_secret_basic',
  'client_secret_basic_raw',
  'client_secret_post',
] as const satisfies readonly ClientAuthentication[];

const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

function createSchema(egress: EgressRules) {
  const url = z.string({ error: 'must be given' }).superRefine((value, context) => {
    const message = findUrlProblem(value, egress);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
  const webhook = z.strictObject({ kind: z.literal('webhook'), url });
  return z
    .strictObject(
      {
        grantType: z
          .enum(GRANT_TYPES, { error: `must be one of ${GRANT_TYPES.join(', ')}` })
          .optional(),
        preset: z.enum(PRESET_NAMES, { error: `must be one of ${PRESET_NAMES.join(', ')}` }),
        name: text(200),
        siteId: text(200),
        authorizationEndpoint: url.optional(),
        tokenEndpoint: url.optional(),
        revocationEndpoint: url.optional(),
        issuer: url.optional(),
        clientId: text(500).optional(),
        clientSecret: text(500).optional(),
        clientAuthentication: z
          .enum(CLIENT_AUTHENTICATIONS, {
            error: `must be one of ${CLIENT_AUTHENTICATIONS.join(', ')}`,
          })
          .optional(),
        scopes: z.array(scope).max(50, 'must be at most 50 scopes').optional(),
        reauthorizationErrors: z.array(text(64)).max(20, 'must be at most 20 codes').optional(),
        pkce: z.boolean({ error: 'must be true or false' }).optional(),
        header: header.optional(),
        destination: z.discriminatedUnion('kind', [webhook, salesforce], {
          error: 'must be a webhook or a salesforce destination',
        }),
        exportTypes: exportTypes.optional(),
      },
      { error: 'must be an object' },
    )
    .refine((input) => input.destination.kind !== 'salesforce' || input.preset === 'salesforce', {
      path: ['destination', 'kind'],
      message: 'must be webhook, or the preset must be salesforce',
    })
    .refine(
      ({ destination, exportTypes }) =>
        destination.kind !== 'salesforce' || !exportTypes?.includes('user_presence_update'),
      {
        path: ['exportTypes'],
        message: 'must not contain user_presence_update, which belongs to no engagement',
      },
    );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
