export interface PagerProps {
  /** The address of the first page; absent on the first page. */
  readonly first: string | undefined;
  /** The address of the next page; absent on the last page. */
  readonly next: string | undefined;
}

/** The links between the pages of a list. */
export function Pager({ first, next }: PagerProps) {
  if (first === undefined && next === undefined) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {first !== undefined && (
        <a class="button" href={first}>
          First page
        </a>
      )}
      {next !== undefined && (
        <a class="button" href={next} rel="next">
          Next page
        </a>
      )}
    </nav>
  );
}
