import { ConsoleError } from '../console-error.js';
import type { Form } from '../form.js';
import { describeInput, Field } from './field.js';

const OVERLAPS = [
  ['0', 'Not at all: it ends now'],
  ['3600', 'For 1 hour'],
  ['86400', 'For 1 day'],
  ['604800', 'For 7 days'],
] as const;
const USUAL_OVERLAP = '86400';

/** For how long an old secret goes on beside the new one. */
export function OverlapField({ hint }: { readonly hint: string }) {
  return (
    <Field
      id="overlapSeconds"
      label="How long does the current secret go on?"
      hint={hint}
      error={undefined}
      class="narrow"
    >
      <select {...describeInput('overlapSeconds', true, undefined)} name="overlapSeconds">
        {OVERLAPS.map(([seconds, text]) => (
          <option value={seconds} selected={seconds === USUAL_OVERLAP}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** @throws ConsoleError if it is none of those that are offered. */
export function readOverlap(form: Form): number {
  const chosen = OVERLAPS.find(([seconds]) => seconds === form.text('overlapSeconds'));
  if (chosen === undefined)
    throw new ConsoleError(400, 'Choose for how long the old secret works.');
  return Number(chosen[0]);
}
