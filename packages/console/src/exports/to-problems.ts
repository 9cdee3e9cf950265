import type { ExportError } from '@mandate/exports';
import { toSentence } from '../console-error.js';
import type { Problem } from '../layout/problem-summary.js';
import { FIELD_LABELS, type FieldName } from './field-labels.js';

/** Assigns the problems that the service reports to the fields of the form. */
export function toProblems({ message, issues }: ExportError): readonly Problem[] {
  if (issues.length === 0) return [{ field: '', message: toSentence(message) }];
  return issues.map(({ path, message: text }) => {
    const names = Object.keys(FIELD_LABELS) as FieldName[];
    // `scopes.0` and `destination.fields.Type__c` belong to the fields `scopes` and `destination.fields`.
    const name =
      path === 'header'
        ? 'header.value'
        : names.find((one) => path === one || path.startsWith(`${one}.`));
    if (name === undefined) return { field: '', message: toSentence(`${path} ${text}`) };
    const rest = path === 'header' ? '' : path.slice(name.length + 1);
    const part = /^\d*$/.test(rest) ? '' : `${rest}: `;
    return { field: name, label: FIELD_LABELS[name], message: toSentence(part + text) };
  });
}
