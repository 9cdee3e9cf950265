import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ExportType } from '../model/delivery.js';
import { ExportError, type ExportIssue } from '../model/export-error.js';
import { PRESENCE_LANE } from '../store/export-store.js';
import { toCanonicalJson } from './canonical-json.js';
import { EVENT_SCHEMAS } from './event-schema.js';

/** A valid event. */
export interface ParsedEvent {
  readonly exportType: ExportType;
  readonly siteId: string;
  /** Events with the same id are delivered in order. All presence updates have {@link PRESENCE_LANE}. */
  readonly engagementId: string;
  /** The number of a correction; 0 for the first event. */
  readonly revision: number;
  /** The exact text that is delivered. */
  readonly json: string;
  /** The same for the same content. */
  readonly contentHash: string;
}

/**
 * Parses an event of the documented export format.
 *
 * @throws ExportError `invalid` with every fault.
 */
export function parseEvent(event: unknown, maxBytes: number): ParsedEvent {
  const json = toJson(event);
  if (Buffer.byteLength(json) > maxBytes) {
    throw invalid([{ path: '', message: `must not be larger than ${maxBytes} bytes as JSON` }]);
  }
  // Checks the JSON that is sent, because a getter or `toJSON` may return something else next time.
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid([{ path: '', message: 'must be an object' }]);
  }
  const type = parseEventType(parsed);
  const content = { json, contentHash: hashContent(parsed, type) };
  if (type === 'user_presence_update') {
    const { site_id } = parseBy(EVENT_SCHEMAS[type], parsed);
    const lane = { siteId: site_id, engagementId: PRESENCE_LANE };
    return { ...content, ...lane, exportType: type, revision: 0 };
  }
  if (type === 'engagement' || type === 'engagement_end') {
    const { site_id, engagement, revision } = parseBy(EVENT_SCHEMAS[type], parsed);
    const lane = { siteId: site_id, engagementId: engagement.id };
    return { ...content, ...lane, exportType: 'engagement', revision: revision ?? 0 };
  }
  if (type === 'engagement_start') {
    const { site_id, engagement_id, revision } = parseBy(EVENT_SCHEMAS[type], parsed);
    const lane = { siteId: site_id, engagementId: engagement_id };
    return { ...content, ...lane, exportType: type, revision: revision ?? 0 };
  }
  const { site_id, engagement_id } = parseBy(EVENT_SCHEMAS[type], parsed);
  const lane = { siteId: site_id, engagementId: engagement_id };
  return { ...content, ...lane, exportType: type, revision: 0 };
}

/** The end of an engagement has two names, which make no difference. */
function hashContent(event: object, type: string): string {
  const named = type === 'engagement_end' ? { ...event, export_type: 'engagement' } : event;
  try {
    return createHash('sha256').update(toCanonicalJson(named)).digest('base64url');
  } catch {
    throw invalid([{ path: '', message: 'must not be nested that deeply' }]);
  }
}

function toJson(event: unknown): string {
  try {
    const json = JSON.stringify(event);
    if (json !== undefined) return json;
  } catch {
    // A cycle, a bigint or a getter that throws: reported below.
  }
  throw invalid([{ path: '', message: 'must be convertible to JSON' }]);
}

function parseEventType(event: object): keyof typeof EVENT_SCHEMAS {
  const isPresence = !Object.hasOwn(event, 'export_type') && Object.hasOwn(event, 'action');
  const path = isPresence ? 'action' : 'export_type';
  const type: unknown = Object.getOwnPropertyDescriptor(event, path)?.value;
  const known = Object.keys(EVENT_SCHEMAS).filter(
    (name) => (name === 'user_presence_update') === isPresence,
  );
  if (typeof type === 'string' && known.includes(type)) return type as keyof typeof EVENT_SCHEMAS;
  throw invalid([{ path, message: `must be one of ${known.join(', ')}` }]);
}

function parseBy<Schema extends z.ZodType>(schema: Schema, event: object): z.output<Schema> {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  );
}

function invalid(issues: readonly ExportIssue[]): ExportError {
  const message = issues.map((issue) => `${issue.path || 'the event'}: ${issue.message}`);
  return new ExportError('invalid', message.join('; '), issues);
}
