export interface Problem {
  /** The id of the field that it stands at; empty for the form as a whole. */
  readonly field: string;
  readonly message: string;
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
        {problems.map(({ field, message }) => (
          <li>{field === '' ? message : <a href={`#${field}`}>{message}</a>}</li>
        ))}
      </ul>
    </div>
  );
}
