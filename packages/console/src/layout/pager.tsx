export interface PagerProps {
  /** The address of the first page; absent on the first page. */
  readonly newest: string | undefined;
  /** The address of the next page; absent on the last page. */
  readonly older: string | undefined;
}

/** The links between the pages of a list that is sorted newest first. */
export function Pager({ newest, older }: PagerProps) {
  if (newest === undefined && older === undefined) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {newest !== undefined && (
        <a class="button" href={newest}>
          Newest
        </a>
      )}
      {older !== undefined && (
        <a class="button" href={older} rel="next">
          Older
        </a>
      )}
    </nav>
  );
}
