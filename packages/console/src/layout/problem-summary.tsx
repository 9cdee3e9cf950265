export interface Problem {
  /** The id of the field that it stands at; empty for the form as a whole. */
  readonly field: string;
  readonly message: string;
  /** The name of the field, where the message is none without it. */
  readonly label?: string | undefined;
}

export interface ProblemSummaryProps {
  readonly problems: readonly Problem[];
}

/** Everything that keeps a form from being accepted, each with the way to its field. */
export function ProblemSummary({ problems }: ProblemSummaryProps) {
  if (problems.length === 0) return null;
  return (
    <div class="notice bad" role="alert" tabindex={-1} data-focus>
      <h2>Nothing was changed</h2>
      <ul>
        {problems.map(({ field, message, label }) => {
          const text = label === undefined ? message : `${label}: ${message}`;
          return <li>{field === '' ? text : <a href={`#${field}`}>{text}</a>}</li>;
        })}
      </ul>
    </div>
  );
}
