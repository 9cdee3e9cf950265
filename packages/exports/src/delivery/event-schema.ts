import { z } from 'zod';

// The documented export format, version v1: https://github.com/salemove/glia-functions-tools (the schemas
// of its export handler). Unknown members are accepted, and so is `null` for an optional member, because
// delivering an unusual event is better than losing it. Ids are any text, because the samples of the
// documentation do not match the format that it declares for ids.

const text = z.string();
const flag = z.boolean();
const optionalText = text.nullish();
const optionalFlag = flag.nullish();

/** Ids are stored in columns and sent in URLs. Neither can hold control characters or lone surrogates. */
const id = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not contain control characters or lone surrogates');

/** Of the start or the end of an engagement: makes the event a correction of the one with a lower number. */
const revision = z
  .int('must be a whole number from 1')
  .min(1, 'must be a whole number from 1')
  .nullish();

const named = z.looseObject({ id, name: optionalText });

const person = z.looseObject({ id, name: optionalText, email: optionalText });

const customFields = z
  .array(
    z.looseObject({
      key: text,
      value: z.union([text, z.number(), flag, z.null()]),
    }),
  )
  .nullish();

const base = { version: z.literal('v1'), site_id: id, custom_fields: customFields };

const transcript = z
  .array(
    z.looseObject({
      content: text,
      created_at: text,
      sender: z.looseObject({ name: text, type: text }),
      attachment: z
        .looseObject({
          type: optionalText,
          files: z
            .array(
              z.looseObject({ name: text, content_type: text, url: text, deleted: optionalFlag }),
            )
            .nullish(),
        })
        .nullish(),
    }),
  )
  .nullish();

const engagementStart = z.looseObject({
  ...base,
  revision,
  engagement_id: id,
  operator: person,
  visitor: person,
  queues: z.array(named),
  source: text,
  queue_wait_time: z.number().min(0),
  platform: text,
});

const engagementEnd = z
  .looseObject({
    ...base,
    revision,
    engagement: z.looseObject({
      id,
      duration: z.number(),
      started_at: text,
      ended_at: text,
      type: text,
      flagged: optionalFlag,
    }),
    visitor: person,
    site: named,
    operators: z.array(person),
    source: text,
    platform: text,
    queue_wait_time: z.number().min(0),
    queues: z.array(named),
    audio_used: flag,
    video_used: flag,
    cobrowsing_used: flag,
    initiator: text,
    chat_transcript: transcript,
    chat_transcript_plain_text: optionalText,
    notes: optionalText,
    crm_forwarded: optionalFlag,
    summary_forwarded: optionalFlag,
    operator_shared_screen: optionalFlag,
    visitor_device_type: optionalText,
  })
  .refine(({ site, site_id }) => site.id === site_id, {
    // The site decides who receives the event, so it must not be ambiguous.
    path: ['site', 'id'],
    message: 'must be the same as site_id',
  });

const engagementTransfer = z.looseObject({
  ...base,
  engagement_id: id,
  operator: person,
  source: text,
  visitor: person,
});

const presenceUpdate = z.looseObject({
  // The documented event does not name its site. The application that receives it must add `site_id`.
  site_id: id,
  action: z.literal('user_presence_update'),
  sent_at: text,
  events: z.array(
    z.looseObject({
      valid_from: text,
      user_id: id,
      user_email: text,
      status: z.looseObject({ value: text, changed_at: text }),
      account_id: id,
    }),
  ),
});

/** The schemas by export type. The end of an engagement has two names. */
export const EVENT_SCHEMAS = {
  engagement_start: engagementStart,
  engagement: engagementEnd,
  engagement_end: engagementEnd,
  engagement_transfer: engagementTransfer,
  user_presence_update: presenceUpdate,
} as const;
