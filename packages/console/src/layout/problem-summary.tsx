export interface Problem {
  /** The id of the invalid field; empty for the form as a whole. */
  readonly field: string;
  readonly message: string;
  /** The label of the field, if the message does not name it. */
  readonly label?: string | undefined;
}

export interface ProblemSummaryProps {
  readonly problems: readonly Problem[];
  /** Default `Nothing was changed`. */
  readonly title?: string | undefined;
}

/** Lists every problem of a form, each with a link to its field. */
export function ProblemSummary({ problems, title = 'Nothing was changed' }: ProblemSummaryProps) {
  if (problems.length === 0) return null;
  return (
    <div class="notice bad" role="alert" tabindex={-1} data-focus>
      <h2>{title}</h2>
      <ul>
        {problems.map(({ field, message, label }) => {
          const text = label === undefined ? message : `${label}: ${message}`;
          return <li>{field === '' ? text : <a href={`#${field}`}>{text}</a>}</li>;
        })}
      </ul>
    </div>
  );
}
