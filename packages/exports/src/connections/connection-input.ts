import { z } from 'zod';
import type { EgressRules } from '../fetch/egress-rules.js';
import { findUrlProblem } from '../fetch/guarded-url.js';
import type {
  ClientAuthentication,
  NewConnection,
  PresetName,
} from '../model/connection-settings.js';
import { ExportError } from '../model/export-error.js';
import { findGrantFaults, GRANT_TYPES } from './grant-settings.js';
import { PRESETS } from './presets.js';
import { exportTypes, header, salesforce, scope, text } from './setting-schemas.js';

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

const CLIENT_AUTHENTICATIONS = [
  'client_secret_basic',
  'client_secret_basic_raw',
  'client_secret_post',
] as const satisfies readonly ClientAuthentication[];

const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

function createSchema(egress: EgressRules) {
  return z
    .strictObject(createFields(egress), { error: 'must be an object' })
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

function createFields(egress: EgressRules) {
  const url = z.string({ error: 'must be given' }).superRefine((value, context) => {
    const message = findUrlProblem(value, egress);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
  const webhook = z.strictObject({ kind: z.literal('webhook'), url });
  return {
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
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
