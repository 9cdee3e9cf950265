import type { Problem } from '../layout/problem-summary.js';
import { SelectField } from '../layout/select-field.js';
import { TextField } from '../layout/text-field.js';
import { DELIVERY_FAILURE, EXPORT_TYPE } from './connection-texts.js';

/** Dead letters can end only by these failures; the other ones are retried. */
export const DEAD_FAILURES = [
  'rejected',
  'forbidden',
  'ambiguous',
  'unreadable',
  'other_site',
] as const;

export interface ReplayValues {
  readonly exportType: string;
  readonly failure: string;
  readonly createdFrom: string;
  readonly createdBefore: string;
}

export const REPLAY_LABELS: Readonly<Record<string, string>> = {
  exportType: 'Event',
  failure: 'Reason',
  createdFrom: 'Queued from (UTC)',
  createdBefore: 'Queued before (UTC)',
};

interface ReplayFieldsProps {
  readonly values: ReplayValues;
  readonly problems: readonly Problem[];
}

/** The conditions that a dead letter must meet. */
export function ReplayFields({ values, problems }: ReplayFieldsProps) {
  const find = (name: string) => problems.find(({ field }) => field === name)?.message;
  const renderTime = (name: 'createdFrom' | 'createdBefore') => (
    <TextField
      {...{ name, label: REPLAY_LABELS[name] ?? name, value: values[name], error: find(name) }}
      type="datetime-local"
    />
  );
  return (
    <>
      <SelectField
        name="exportType"
        label="Event"
        any="All events"
        options={EXPORT_TYPE}
        value={values.exportType}
        error={find('exportType')}
      />
      <SelectField
        name="failure"
        label="Reason"
        any="All reasons"
        options={Object.fromEntries(DEAD_FAILURES.map((one) => [one, DELIVERY_FAILURE[one]]))}
        value={values.failure}
        error={find('failure')}
      />
      {renderTime('createdFrom')}
      {renderTime('createdBefore')}
    </>
  );
}
