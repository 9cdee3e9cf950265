import type { DeliveryCounts } from '@mandate/exports';
import { Fact } from '../layout/fact.js';
import { AgoText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { DeliveryChart } from './delivery-chart.js';

export interface DeliveryNumbersProps {
  readonly view: View;
  readonly counts: DeliveryCounts;
  /** The address of the delivery log. */
  readonly log: string;
}

/** The deliveries of an export in numbers, with a chart of 24 hours. */
export function DeliveryNumbers({ view, counts, log }: DeliveryNumbersProps) {
  const { delivered, waiting, dead, oldestWaitingAt } = counts;
  return (
    <section class="card" aria-labelledby="numbers">
      <h2 id="numbers">Deliveries</h2>
      <dl class="facts numbers">
        <Fact title="Delivered in 24 hours">{delivered}</Fact>
        <Fact title="Waiting">
          <Count of={waiting} href={`${log}?status=pending`} />
        </Fact>
        <Fact title="Dead letters">
          <Count of={dead} href={`${log}?status=dead`} />
        </Fact>
        <Fact title="Oldest waiting">
          {oldestWaitingAt === undefined ? 'None' : <AgoText at={oldestWaitingAt} now={view.now} />}
        </Fact>
      </dl>
      <DeliveryChart counts={counts} />
    </section>
  );
}

function Count({ of: count, href }: { readonly of: number; readonly href: string }) {
  return count === 0 ? <>0</> : <a href={href}>{count}</a>;
}
