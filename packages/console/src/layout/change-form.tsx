import type { PropsWithChildren } from 'hono/jsx';
import type { View } from '../view.js';

export interface ChangeFormProps {
  readonly view: View;
  /** Where it is sent, below the mount point. */
  readonly to: string;
  readonly class?: string | undefined;
}

/** A form that changes something: every one carries its token. */
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
