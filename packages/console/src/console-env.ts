import type { Context } from 'hono';
import type { HostContext } from './authorize-admin.js';
import type { Form } from './form.js';
import type { View } from './view.js';

/** What goes along with a request on its way to its page. */
export interface ConsoleEnv {
  readonly Bindings: HostContext;
  readonly Variables: {
    /** Who looks; absent until that person is admitted. */
    view: View | undefined;
    /** What was sent; only where something is changed. */
    form: Form | undefined;
  };
}

export type ConsoleContext = Context<ConsoleEnv>;

/** The view of an admitted request. */
export function getView(c: ConsoleContext): View {
  const view = c.get('view');
  if (view === undefined) throw new TypeError('the request is not admitted');
  return view;
}

/** The form that was sent, once it is found good. */
export function getForm(c: ConsoleContext): Form {
  const form = c.get('form');
  if (form === undefined) throw new TypeError('the form is not checked');
  return form;
}
