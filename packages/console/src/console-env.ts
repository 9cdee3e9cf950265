import type { Context } from 'hono';
import type { HostContext } from './authorize-admin.js';
import type { Form } from './form.js';
import type { View } from './view.js';

/** The bindings and variables of a request in Hono. */
export interface ConsoleEnv {
  readonly Bindings: HostContext;
  readonly Variables: {
    /** Whether `authorizeAdmin` of the application is running. */
    isAuthorizing: boolean | undefined;
    /** Set once the administrator is identified. */
    view: View | undefined;
    /** Set once the form of a change is accepted. */
    form: Form | undefined;
  };
}

export type ConsoleContext = Context<ConsoleEnv>;

/** The view of a request that `requireAdmin` has passed. */
export function getView(c: ConsoleContext): View {
  const view = c.get('view');
  if (view === undefined) throw new TypeError('getView: requireAdmin has not run for this request');
  return view;
}

/** The submitted form of a request that `acceptForms` has passed. */
export function getForm(c: ConsoleContext): Form {
  const form = c.get('form');
  if (form === undefined) throw new TypeError('getForm: acceptForms has not run for this request');
  return form;
}
