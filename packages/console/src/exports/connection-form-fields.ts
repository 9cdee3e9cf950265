import type { TextField, TextFieldProps } from '../layout/text-field.js';
import type { ConnectionDraft } from './connection-draft.js';
import type { FieldName } from './field-labels.js';

/** Renders one field with its value and its problem. */
export type RenderField = (
  name: FieldName,
  hint: string | undefined,
  options?: Pick<TextFieldProps, 'type' | 'required' | 'rows'>,
) => ReturnType<typeof TextField>;

/** The properties of a group of fields. */
export interface FieldsProps {
  readonly draft: ConnectionDraft;
  readonly renderField: RenderField;
}
