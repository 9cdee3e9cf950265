import type { PropsWithChildren } from 'hono/jsx';

export interface FieldProps {
  /** The id of the input inside the field. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with the input. */
  readonly error: string | undefined;
  readonly class?: string | undefined;
}

/** A label, an input, its hint and its error. Labels and inputs of one row align, however long the hints are. */
export function Field({
  id,
  label,
  hint,
  error,
  children,
  ...rest
}: PropsWithChildren<FieldProps>) {
  return (
    <div class={`field ${rest.class ?? ''} ${error === undefined ? '' : 'invalid'}`}>
      <label for={id}>{label}</label>
      {children}
      <FieldError id={id} error={error} />
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export interface FieldGroupProps {
  readonly id: string;
  readonly legend: string;
  readonly hint?: string | undefined;
  /** What is wrong with the choice. */
  readonly error: string | undefined;
  readonly class?: string | undefined;
}

/** Several inputs that answer one question, such as check boxes, and their error. */
export function FieldGroup({
  id,
  legend,
  hint,
  error,
  children,
  ...rest
}: PropsWithChildren<FieldGroupProps>) {
  const { 'aria-describedby': described } = describeInput(id, hint !== undefined, error);
  return (
    <fieldset
      id={id}
      class={`field ${rest.class ?? ''} ${error === undefined ? '' : 'invalid'}`}
      tabindex={-1}
      aria-describedby={described}
    >
      <legend>{legend}</legend>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      <FieldError id={id} error={error} />
    </fieldset>
  );
}

export interface FieldErrorProps {
  readonly id: string;
  readonly error: string | undefined;
}

export function FieldError({ id, error }: FieldErrorProps) {
  if (error === undefined) return null;
  return (
    <p class="error" id={`${id}-error`}>
      {error}
    </p>
  );
}

/** The attributes that connect an input to its hint and its error for screen readers. */
export function describeInput(id: string, hint: boolean, error: string | undefined) {
  const ids = [...(hint ? [`${id}-hint`] : []), ...(error === undefined ? [] : [`${id}-error`])];
  return {
    id,
    'aria-describedby': ids.length === 0 ? undefined : ids.join(' '),
    'aria-invalid': error === undefined ? undefined : ('true' as const),
  };
}
