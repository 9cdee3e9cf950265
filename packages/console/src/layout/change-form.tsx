import type { PropsWithChildren } from 'hono/jsx';
import type { View } from '../view.js';

export interface ChangeFormProps {
  readonly view: View;
  /** The path that receives the form, below the mount point. */
  readonly to: string;
  readonly class?: string | undefined;
}

/** A form that changes data. It carries a form token. */
export function ChangeForm({ view, to, children, ...rest }: PropsWithChildren<ChangeFormProps>) {
  return (
    <form method="post" action={view.link(to)} class={rest.class}>
      <FormToken view={view} />
      {children}
    </form>
  );
}

export function FormToken({ view }: { readonly view: View }) {
  return <input type="hidden" name="formToken" value={view.createFormToken()} />;
}
