/** Events of the documented format, as small as they may be. */

export const SITE = 'site-1';

export interface Members {
  readonly [member: string]: unknown;
}

const operator = { id: 'operator-1', name: 'Jordan', email: 'jordan@example.com' };
const visitor = { id: 'visitor-1', name: 'John', email: 'john@example.com' };

/** The end of an engagement. */
export const engagement = (id: string, members: Members = {}): Members => ({
  version: 'v1',
  export_type: 'engagement',
  site_id: SITE,
  engagement: {
    id,
    duration: 61,
    started_at: '2026-05-31T09:46:28Z',
    ended_at: '2026-05-31T09:47:29Z',
    type: 'reactive',
  },
  visitor,
  site: { id: SITE, name: 'A site' },
  operators: [operator],
  source: 'button_embed',
  platform: 'omnicore',
  queue_wait_time: 0,
  queues: [{ id: 'queue-1', name: 'Sales' }],
  audio_used: false,
  video_used: false,
  cobrowsing_used: false,
  initiator: 'visitor',
  ...members,
});

export const engagementStart = (id: string, members: Members = {}): Members => ({
  version: 'v1',
  export_type: 'engagement_start',
  site_id: SITE,
  engagement_id: id,
  operator,
  visitor,
  queues: [],
  source: 'button_embed',
  queue_wait_time: 3.5,
  platform: 'omnicore',
  ...members,
});

export const engagementTransfer = (id: string, members: Members = {}): Members => ({
  version: 'v1',
  export_type: 'engagement_transfer',
  site_id: SITE,
  engagement_id: id,
  operator,
  source: 'button_embed',
  visitor,
  ...members,
});

export const presenceUpdate = (members: Members = {}): Members => ({
  site_id: SITE,
  action: 'user_presence_update',
  sent_at: '2026-01-06T15:57:42.356Z',
  events: [
    {
      valid_from: '2026-01-06T15:57:41.753017Z',
      user_id: 'operator-1',
      user_email: 'jordan@example.com',
      status: { value: 'available', changed_at: '2026-01-06T15:34:25.567584Z' },
      account_id: 'account-1',
    },
  ],
  ...members,
});
