import type { PropsWithChildren } from 'hono/jsx';

export interface PageHeadProps {
  readonly title: string;
  /** The link to the parent page. */
  readonly back?: { readonly href: string; readonly title: string } | undefined;
  readonly lead?: string | undefined;
}

/** The title of a page, with its actions beside it. */
export function PageHead({ title, back, lead, children }: PropsWithChildren<PageHeadProps>) {
  return (
    <div class="head">
      <div>
        {back !== undefined && (
          <p class="back">
            <a href={back.href}>{back.title}</a>
          </p>
        )}
        <h1>{title}</h1>
        {lead !== undefined && <p class="lead">{lead}</p>}
      </div>
      {children !== undefined && <div class="actions">{children}</div>}
    </div>
  );
}
