import { describeInput, Field } from './field.js';

export interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** The text of the empty choice; omit it if a choice is required. */
  readonly any?: string | undefined;
  /** The texts by value. */
  readonly options: Readonly<Record<string, string>>;
  readonly value: string;
  readonly error: string | undefined;
}

export function SelectField({ name, label, hint, any, options, value, error }: SelectFieldProps) {
  return (
    <Field id={name} label={label} hint={hint} error={error}>
      <select {...describeInput(name, hint !== undefined, error)} name={name}>
        {any !== undefined && <option value="">{any}</option>}
        {Object.entries(options).map(([option, text]) => (
          <option value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}
