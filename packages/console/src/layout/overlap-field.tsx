import { ConsoleError } from '../console-error.js';
import type { Form } from '../form.js';
import { describeInput, Field } from './field.js';

const OVERLAPS = [
  ['0', 'It stops at once'],
  ['3600', '1 hour'],
  ['86400', '1 day'],
  ['604800', '7 days'],
] as const;
const DEFAULT_OVERLAP = '86400';

/** Asks for how long the old secret stays valid beside the new one. */
export function OverlapField({ hint }: { readonly hint: string }) {
  return (
    <Field
      id="overlapSeconds"
      label="Current secret stays valid for"
      hint={hint}
      error={undefined}
      class="narrow"
    >
      <select {...describeInput('overlapSeconds', true, undefined)} name="overlapSeconds">
        {OVERLAPS.map(([seconds, text]) => (
          <option value={seconds} selected={seconds === DEFAULT_OVERLAP}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** @throws ConsoleError if the value is not one of the options. */
export function parseOverlap(form: Form): number {
  const chosen = OVERLAPS.find(([seconds]) => seconds === form.text('overlapSeconds'));
  if (chosen === undefined)
    throw new ConsoleError(400, 'Choose how long the current secret stays valid.');
  return Number(chosen[0]);
}
