import type { PropsWithChildren } from 'hono/jsx';

/** One property with its value, inside a `<dl class="facts">`. */
export function Fact({ title, children }: PropsWithChildren<{ readonly title: string }>) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
