import type { Delivery } from '@mandate/exports';
import { ChangeForm } from '../layout/change-form.js';
import { DataTable } from '../layout/data-table.js';
import { AgoText, TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { Badge } from './connection-parts.js';
import { DELIVERY_FAILURE, DELIVERY_STATUS, toEventName } from './connection-texts.js';

export interface DeliveryTableProps {
  readonly view: View;
  readonly deliveries: readonly Delivery[];
}

export function DeliveryTable({ view, deliveries }: DeliveryTableProps) {
  return (
    <DataTable
      caption="Deliveries, newest first"
      rows={deliveries}
      columns={[
        {
          title: 'Engagement',
          cell: ({ engagementId, exportType, revision }) => (
            <>
              {toEventName(exportType, revision)}
              {exportType !== 'user_presence_update' && <code class="sub">{engagementId}</code>}
            </>
          ),
        },
        { title: 'Status', cell: ({ status }) => <Badge of={DELIVERY_STATUS[status]} /> },
        { title: 'Queued', cell: ({ createdAt }) => <AgoText at={createdAt} now={view.now} /> },
        { title: 'Attempts', cell: ({ attempts }) => attempts },
        { title: 'Last response', cell: (delivery) => <LastResponse delivery={delivery} /> },
        {
          title: 'Progress',
          cell: (delivery) => <NextStep view={view} delivery={delivery} />,
        },
      ]}
    />
  );
}

function LastResponse({ delivery }: { readonly delivery: Delivery }) {
  const { failure, responseStatus, attempts } = delivery;
  if (attempts === 0 && failure === undefined) return <>None</>;
  return (
    <>
      {failure === undefined ? 'Accepted' : DELIVERY_FAILURE[failure]}
      {responseStatus !== undefined && <span class="sub">HTTP {responseStatus}</span>}
    </>
  );
}

function NextStep({ view, delivery }: { readonly view: View; readonly delivery: Delivery }) {
  const { id, connectionId, status, engagementId, exportType, revision } = delivery;
  const { nextAttemptAt, deliveredAt } = delivery;
  if (status === 'dead') {
    return (
      <ChangeForm view={view} to={`exports/${connectionId}/deliveries/${id}/replay`}>
        <button
          type="submit"
          class="button small"
          aria-label={`Replay ${toEventName(exportType, revision)}, ${engagementId}`}
        >
          Replay
        </button>
      </ChangeForm>
    );
  }
  if (deliveredAt !== undefined) {
    return (
      <>
        Delivered <TimeText at={deliveredAt} />
      </>
    );
  }
  if (nextAttemptAt === undefined || nextAttemptAt <= view.now) return <>Waiting</>;
  return (
    <>
      Retry at <TimeText at={nextAttemptAt} />
    </>
  );
}
