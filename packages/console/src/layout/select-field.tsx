import { describeInput, Field } from './field.js';

export interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  /** The text of the empty choice; omit it if a choice is required. */
  readonly any?: string | undefined;
  /** The texts by value. */
  readonly options: Readonly<Record<string, string>>;
  readonly value: string;
  readonly error: string | undefined;
}

export function SelectField({ name, label, any, options, value, error }: SelectFieldProps) {
  return (
    <Field id={name} label={label} error={error}>
      <select {...describeInput(name, false, error)} name={name}>
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
