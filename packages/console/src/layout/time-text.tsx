export interface TimeTextProps {
  readonly at: Date;
  /** Omit the time of day. Default `false`. */
  readonly dayOnly?: boolean;
}

const DAY = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
const day = new Intl.DateTimeFormat('en-GB', DAY);
const minute = new Intl.DateTimeFormat('en-GB', { ...DAY, hour: '2-digit', minute: '2-digit' });

/**
 * A time in UTC, because the server does not know the administrator's time zone. The script adds the time in
 * that zone and keeps UTC beside it.
 */
export function TimeText({ at, dayOnly = false }: TimeTextProps) {
  const full = `${minute.format(at)} UTC`;
  return (
    <time datetime={at.toISOString()} title={full} data-local={dayOnly ? 'day' : 'minute'}>
      {dayOnly ? day.format(at) : full}
    </time>
  );
}

export interface AgoTextProps {
  readonly at: Date;
  readonly now: Date;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** A relative time, "5 minutes ago", with the exact time as its tooltip. */
export function AgoText({ at, now }: AgoTextProps) {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
  const text = unit && relative.format(Math.trunc(seconds / unit[1]), unit[0]);
  return (
    <time datetime={at.toISOString()} title={`${minute.format(at)} UTC`}>
      {text ?? 'just now'}
    </time>
  );
}
