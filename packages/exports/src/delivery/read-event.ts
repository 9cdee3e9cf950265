import type { z } from 'zod';
import { ExportError, type ExportIssue } from '../model/export-error.js';
import { PRESENCE_LANE } from '../store/export-store.js';
import { EVENT_SCHEMAS } from './event-schema.js';

/** What kinds of events there are. `engagement` is the end of one, also where it came as `engagement_end`. */
export type ExportType =
  | 'engagement_start'
  | 'engagement'
  | 'engagement_transfer'
  | 'user_presence_update';

/** An event that was found to be sound. */
export interface ReadEvent {
  readonly exportType: ExportType;
  readonly siteId: string;
  /** What it is delivered in order with; presence updates of a site are in order with each other. */
  readonly engagementId: string;
  /** Exactly what will be delivered. */
  readonly json: string;
}

/**
 * Checks an event against the documented export format.
 *
 * @throws ExportError `invalid` with everything that is wrong.
 */
export function readEvent(event: unknown, maxBytes: number): ReadEvent {
  const json = toJson(event);
  if (Buffer.byteLength(json) > maxBytes) {
    throw invalid([{ path: '', message: `must not be larger than ${maxBytes} bytes as JSON` }]);
  }
  // What is checked is what will be sent, not what a getter or a toJSON may say the next time.
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid([{ path: '', message: 'must be an object' }]);
  }
  const type = readType(parsed);
  if (type === 'user_presence_update') {
    const { site_id } = check(EVENT_SCHEMAS[type], parsed);
    return { exportType: type, siteId: site_id, engagementId: PRESENCE_LANE, json };
  }
  if (type === 'engagement' || type === 'engagement_end') {
    const { site_id, engagement } = check(EVENT_SCHEMAS[type], parsed);
    return { exportType: 'engagement', siteId: site_id, engagementId: engagement.id, json };
  }
  const { site_id, engagement_id } = check(EVENT_SCHEMAS[type], parsed);
  return { exportType: type, siteId: site_id, engagementId: engagement_id, json };
}

function toJson(event: unknown): string {
  try {
    const json = JSON.stringify(event);
    if (json !== undefined) return json;
  } catch {
    // A cycle, a bigint, a getter that throws: told below.
  }
  throw invalid([{ path: '', message: 'must be JSON' }]);
}

function readType(event: object): keyof typeof EVENT_SCHEMAS {
  const isPresence = !Object.hasOwn(event, 'export_type') && Object.hasOwn(event, 'action');
  const path = isPresence ? 'action' : 'export_type';
  const type: unknown = Object.getOwnPropertyDescriptor(event, path)?.value;
  const known = Object.keys(EVENT_SCHEMAS).filter(
    (name) => (name === 'user_presence_update') === isPresence,
  );
  if (typeof type === 'string' && known.includes(type)) return type as keyof typeof EVENT_SCHEMAS;
  throw invalid([{ path, message: `must be ${known.join(', ')}` }]);
}

function check<Schema extends z.ZodType>(schema: Schema, event: object): z.output<Schema> {
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
