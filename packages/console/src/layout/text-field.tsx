import { describeInput, Field } from './field.js';

export interface TextFieldProps {
  /** The name and the id of the input. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: string;
  readonly error: string | undefined;
  readonly type?: 'text' | 'url' | 'password' | 'datetime-local' | undefined;
  readonly required?: boolean | undefined;
  /** The height of a text area; omit it for a single-line input. */
  readonly rows?: number | undefined;
}

/** A labelled text field. Browsers neither suggest nor store its value. */
export function TextField({ name, label, hint, value, error, rows, ...input }: TextFieldProps) {
  const { type = 'text', required = false } = input;
  const shared = {
    ...describeInput(name, hint !== undefined, error),
    ...{ name, required, spellcheck: false },
    autocomplete: type === 'password' ? 'new-password' : 'off',
  };
  return (
    <Field id={name} label={label} hint={hint} error={error}>
      {rows === undefined ? (
        <input {...shared} type={type} value={value} />
      ) : (
        <textarea {...shared} rows={rows}>
          {value}
        </textarea>
      )}
    </Field>
  );
}
