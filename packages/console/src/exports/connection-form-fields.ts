import type { TextField, TextFieldProps } from '../layout/text-field.js';
import type { ConnectionDraft, FieldName } from './connection-draft.js';

/** One field: its value and what is wrong with it come from the form around it. */
export type Ask = (
  name: FieldName,
  hint: string | undefined,
  options?: Pick<TextFieldProps, 'type' | 'required' | 'rows'>,
) => ReturnType<typeof TextField>;

/** What each group of fields is made with. */
export interface FieldsProps {
  readonly draft: ConnectionDraft;
  readonly ask: Ask;
}
