/** A record and how it came to be what it is. */
export interface CrmRecord {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly writes: number;
}

export interface CrmAnswer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** HTML. */
  readonly page?: string;
  readonly openerPolicy?: string | undefined;
  readonly location?: string;
}

const reject = (status: number, errorCode: string, message: string): CrmAnswer => ({
  status,
  body: [{ message, errorCode }],
});

/** Upserts by external id, answered as Salesforce's REST API does: errors are an array. */
export class Records {
  /** By external id. */
  readonly all = new Map<string, CrmRecord>();
  /** External ids and fields in the order of their writes. */
  readonly writes: { readonly externalId: string; readonly fields: Record<string, unknown> }[] = [];
  /** External ids that several records have. */
  readonly ambiguous = new Set<string>();

  upsert(path: string, text: string): CrmAnswer {
    const parts = /^\/services\/data\/v(\d+)\.0\/sobjects\/(\w+)\/(\w+)\/([^/]+)$/.exec(path);
    if (parts === null) return reject(404, 'NOT_FOUND', 'The requested resource does not exist');
    const [, version, , field = '', value = ''] = parts;
    const fields = readFields(text);
    if (fields === undefined) return reject(400, 'JSON_PARSER_ERROR', 'Unexpected character');
    if (field in fields) {
      return reject(400, 'INVALID_FIELD', `The ${field} field should not be specified`);
    }
    const externalId = decodeURIComponent(value);
    if (this.ambiguous.has(externalId)) return { status: 300, body: ['/a', '/b'] };
    return this.#write(externalId, fields, Number(version) >= 46);
  }

  #write(externalId: string, fields: Record<string, unknown>, tellsUpdates: boolean): CrmAnswer {
    const old = this.all.get(externalId);
    const id = old?.id ?? `a00${String(this.all.size + 1).padStart(15, '0')}`;
    this.all.set(externalId, {
      id,
      fields: { ...old?.fields, ...fields },
      writes: (old?.writes ?? 0) + 1,
    });
    this.writes.push({ externalId, fields });
    if (old !== undefined && !tellsUpdates) return { status: 204 };
    const created = old === undefined;
    return { status: created ? 201 : 200, body: { id, success: true, errors: [], created } };
  }
}

function readFields(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
