export interface PagerProps {
  /** Where the newest are, on a page that begins later. */
  readonly newest: string | undefined;
  /** Where older ones are, if there are any. */
  readonly older: string | undefined;
}

/** The way through a list that is newest first. */
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
