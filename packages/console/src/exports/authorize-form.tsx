import type { Connection } from '@mandate/exports';
import { FormToken } from '../layout/change-form.js';
import type { View } from '../view.js';

export interface AuthorizeFormProps {
  readonly view: View;
  readonly connection: Connection;
}

/**
 * The *Authorize export* button. It opens the log-in of the receiving system in a window; without scripts,
 * in a tab without access to this page.
 */
export function AuthorizeForm({ view, connection }: AuthorizeFormProps) {
  const { id, status, authorizedAt } = connection;
  const isNeeded = authorizedAt === undefined || status === 'needs_reauthorization';
  const action = view.link(`exports/${id}/authorize`);
  return (
    <form method="post" action={action} target="_blank" rel="noopener" data-popup={id}>
      <FormToken view={view} />
      <button type="submit" class={`button ${isNeeded ? 'primary' : ''}`}>
        {authorizedAt === undefined ? 'Authorize export' : 'Authorize again'}
      </button>
    </form>
  );
}
