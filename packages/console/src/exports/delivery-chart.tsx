import type { DeliveryCounts, DeliveryHour } from '@mandate/exports';
import { DataTable } from '../layout/data-table.js';
import { TimeText } from '../layout/time-text.js';

const BAR = 16;
const STEP = 20;
const HEIGHT = 96;
const LABELS = 18;

/**
 * The deliveries of the last 24 hours, one bar per hour. Colours come from the style sheet, because the
 * Content-Security-Policy allows no inline style. The numbers are also in a table.
 */
export function DeliveryChart({ counts }: { readonly counts: DeliveryCounts }) {
  const { hours } = counts;
  if (hours.every(({ delivered, dead }) => delivered + dead === 0)) {
    return (
      <p class="hint">Within 24 hours, nothing was delivered, and no event became a dead letter.</p>
    );
  }
  const max = Math.max(1, ...hours.map(({ delivered, dead }) => delivered + dead));
  const dead = hours.reduce((sum, hour) => sum + hour.dead, 0);
  const summary = `Within 24 hours: ${counts.delivered} delivered, ${dead} dead`;
  const width = hours.length * STEP;
  return (
    <figure class="chart">
      <svg role="img" aria-label={summary} viewBox={`0 0 ${width} ${HEIGHT + LABELS}`}>
        {hours.map((hour, index) => (
          <Bar hour={hour} x={index * STEP + (STEP - BAR) / 2} scale={HEIGHT / max} />
        ))}
        <line class="axis" x1="0" x2={width} y1={HEIGHT} y2={HEIGHT} />
        {hours.map(
          ({ startsAt }, index) =>
            index % 6 === 0 && (
              <text x={index * STEP + 2} y={HEIGHT + LABELS - 4}>
                {startsAt.toISOString().slice(11, 16)}
              </text>
            ),
        )}
      </svg>
      <figcaption class="hint">
        <span class="key delivered">Delivered</span> <span class="key dead">Dead</span> by hour of
        UTC, at most {max} in one hour
      </figcaption>
      <HourTable hours={hours} />
    </figure>
  );
}

interface BarProps {
  readonly hour: DeliveryHour;
  readonly x: number;
  /** Height of one delivery. */
  readonly scale: number;
}

function Bar({ hour: { delivered, dead }, x, scale }: BarProps) {
  const [good, bad] = [delivered * scale, dead * scale];
  return (
    <>
      {bad > 0 && <rect class="dead" x={x} y={HEIGHT - bad} width={BAR} height={bad} />}
      {good > 0 && (
        <rect class="delivered" x={x} y={HEIGHT - bad - good} width={BAR} height={good} />
      )}
    </>
  );
}

function HourTable({ hours }: Pick<DeliveryCounts, 'hours'>) {
  const busy = hours.filter(({ delivered, dead }) => delivered + dead > 0);
  if (busy.length === 0) return null;
  return (
    <details>
      <summary>Numbers by hour</summary>
      <DataTable
        caption="Deliveries by hour, oldest first"
        rows={busy}
        columns={[
          { title: 'Hour', cell: ({ startsAt }) => <TimeText at={startsAt} /> },
          { title: 'Delivered', cell: ({ delivered }) => delivered },
          { title: 'Dead', cell: ({ dead }) => dead },
        ]}
      />
    </details>
  );
}
