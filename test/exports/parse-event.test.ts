import { ExportError } from '@mandate/exports';
import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../packages/exports/src/delivery/parse-event.js';
import {
  engagement,
  engagementStart,
  engagementTransfer,
  presenceUpdate,
} from './support/events.js';

const MAX_BYTES = 100_000;

const read = (event: unknown) => parseEvent(event, MAX_BYTES);

function issuesOf(event: unknown): readonly string[] {
  try {
    read(event);
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    expect(error.code).toBe('invalid');
    return error.issues.map(({ path }) => path);
  }
  return [];
}

const without = (event: object, member: string) =>
  Object.fromEntries(Object.entries(event).filter(([name]) => name !== member));

describe('events of the documented format', () => {
  test.each([
    [engagementStart('e-1'), 'engagement_start', 'e-1'],
    [engagement('e-1'), 'engagement', 'e-1'],
    [engagement('e-1', { export_type: 'engagement_end' }), 'engagement', 'e-1'],
    [engagementTransfer('e-1'), 'engagement_transfer', 'e-1'],
    [presenceUpdate(), 'user_presence_update', 'user_presence_update'],
  ])('are parsed: %j', (event, exportType, engagementId) => {
    const json = JSON.stringify(event);
    expect(read(event)).toMatchObject({ exportType, engagementId, siteId: 'site-1', json });
  });

  test('keep unknown members, and null for optional ones', () => {
    const event = engagement('e-1', {
      notes: null,
      mood: { score: [1, null] },
      chat_transcript: null,
    });
    expect(JSON.parse(read(event).json)).toEqual(event);
  });

  test('may have ids of any form, because the published sample has some that are not UUIDs', () => {
    expect(issuesOf(engagement('c2c9106e-v888-47b2-8db3-089fb49dc9a5'))).toEqual([]);
    expect(issuesOf(engagement('a/../b ü.com'))).toEqual([]);
  });
});

describe('faults', () => {
  test('are all reported at once', () => {
    const { engagement: own, ...rest } = engagement('e-1', { operators: [{}], audio_used: 'no' });
    const event = { ...without(rest, 'initiator'), engagement: { ...(own as object), id: '' } };
    expect([...issuesOf(event)].sort()).toEqual([
      'audio_used',
      'engagement.id',
      'initiator',
      'operators.0.id',
    ]);
  });

  test.each(
    [
      engagementStart('e-1'),
      engagement('e-1'),
      engagementTransfer('e-1'),
      presenceUpdate(),
    ].flatMap((event) =>
      Object.keys(event)
        .filter((member) => !['export_type', 'action'].includes(member))
        .map((member) => [event['export_type'] ?? event['action'], member, event] as const),
    ),
  )('%s without %s is rejected', (_type, member, event) => {
    expect(issuesOf(without(event, member))).toEqual([member]);
  });

  test.each([
    ['another type', engagement('e-1', { export_type: 'engagement_paused' }), 'export_type'],
    ['no type', without(engagement('e-1'), 'export_type'), 'export_type'],
    ['a type by inheritance', engagement('e-1', { export_type: 'toString' }), 'export_type'],
    ['another action', presenceUpdate({ action: 'user_gone' }), 'action'],
    [
      'presence by export_type',
      presenceUpdate({ export_type: 'user_presence_update' }),
      'export_type',
    ],
    ['another version', engagement('e-1', { version: 'v2' }), 'version'],
    ['two sites', engagement('e-1', { site: { id: 'site-2' } }), 'site.id'],
    ['a control character', engagement('e-\u0000'), 'engagement.id'],
    ['half a surrogate pair', engagement('e-\ud800'), 'engagement.id'],
    ['an endless id', engagement('e'.repeat(256)), 'engagement.id'],
    ['no object', [engagement('e-1')], ''],
    ['JSON text', JSON.stringify(engagement('e-1')), ''],
    ['nothing', undefined, ''],
    ['null', null, ''],
    ['a bigint', engagement('e-1', { size: 1n }), ''],
    ['too much', engagement('e-1', { notes: 'ü'.repeat(MAX_BYTES / 2) }), ''],
  ])('%s', (_title, event, path) => {
    expect(issuesOf(event)).toEqual([path]);
  });

  test('a cycle', () => {
    const event: Record<string, unknown> = { ...engagement('e-1') };
    event['self'] = event;
    expect(issuesOf(event)).toEqual(['']);
  });

  test('nesting deeper than the stack', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(issuesOf(engagement('e-1', { deep }))).toEqual(['']);
  });

  test('repeat no value, which may be personal data', () => {
    try {
      read(engagement('e-1', { initiator: 7, visitor: { id: 7, email: 'secret@example.com' } }));
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('secret@');
    }
  });

  test('the checked JSON is what is sent', () => {
    let asked = 0;
    const event = { ...engagement('e-1'), toJSON: () => engagement(asked++ === 0 ? 'e-1' : '') };
    expect(read(event)).toMatchObject({
      engagementId: 'e-1',
      json: JSON.stringify(engagement('e-1')),
    });
  });
});
