import type { PropsWithChildren } from 'hono/jsx';

/** One line of what is known about something; to stand in a `<dl class="facts">`. */
export function Fact({ title, children }: PropsWithChildren<{ readonly title: string }>) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
