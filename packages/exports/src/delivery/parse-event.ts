import type { z } from 'zod';
import { ExportError, type ExportIssue } from '../model/export-error.js';
import { PRESENCE_LANE } from '../store/export-store.js';
import { EVENT_SCHEMAS } from './event-schema.js';

/** The kinds of events. `engagement` is the end of an engagement, which may also arrive as `engagement_end`. */
export type ExportType =
  | 'engagement_start'
  | 'engagement'
  | 'engagement_transfer'
  | 'user_presence_update';

/** A valid event. */
export interface ParsedEvent {
  readonly exportType: ExportType;
  readonly siteId: string;
  /** Events with the same id are delivered in order. All presence updates have {@link PRESENCE_LANE}. */
  readonly engagementId: string;
  /** The exact text that is delivered. */
  readonly json: string;
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
  if (type === 'user_presence_update') {
    const { site_id } = parseBy(EVENT_SCHEMAS[type], parsed);
    return { exportType: type, siteId: site_id, engagementId: PRESENCE_LANE, json };
  }
  if (type === 'engagement' || type === 'engagement_end') {
    const { site_id, engagement } = parseBy(EVENT_SCHEMAS[type], parsed);
    return { exportType: 'engagement', siteId: site_id, engagementId: engagement.id, json };
  }
  const { site_id, engagement_id } = parseBy(EVENT_SCHEMAS[type], parsed);
  return { exportType: type, siteId: site_id, engagementId: engagement_id, json };
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
