import { ChangeForm } from '../layout/change-form.js';
import { describeInput, Field } from '../layout/field.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { type Problem, ProblemSummary } from '../layout/problem-summary.js';
import type { View } from '../view.js';
import { GroupsField } from './groups-field.js';
import type { TokenDraft } from './new-token-draft.js';
import { PermissionField } from './permission-field.js';
import { ScopesField } from './scopes-field.js';
import type { TokenPagesOptions } from './token-pages-options.js';

export interface NewTokenPageProps {
  readonly view: View;
  readonly scopes: TokenPagesOptions['scopes'];
  readonly groups: TokenPagesOptions['groups'];
  readonly draft: TokenDraft;
  readonly problems: readonly Problem[];
  readonly scopeSearch?: string | undefined;
}

/** The form for a new token, with its input and its problems. */
export function NewTokenPage({
  view,
  scopes,
  groups,
  draft,
  problems,
  scopeSearch = '',
}: NewTokenPageProps) {
  const find = (field: string) => problems.find((problem) => problem.field === field)?.message;
  return (
    <Layout view={view} title="Add new token">
      <PageHead
        title="Add new token"
        back={{ href: view.link('tokens'), title: 'Client tokens' }}
        lead="Permission, scopes and groups cannot be changed later."
      />
      <ProblemSummary problems={problems} />
      <ChangeForm view={view} to="tokens" class="card form">
        <DescriptionField draft={draft} error={find('description')} />
        <PermissionField view={view} value={draft.permission} error={find('permission')} />
        <UserField draft={draft} error={find('userEmail')} />
        <ScopesField
          {...{ scopes, chosen: draft.scopes, error: find('scopes'), search: scopeSearch }}
          action={view.link('tokens/new')}
        />
        <GroupsField groups={groups} chosen={draft.groups} error={find('groups')} />
        <ExpiryField draft={draft} error={find('expiresAt')} today={view.now} />
        <AddressesField draft={draft} error={find('allowedAddresses')} />
        <FormButtons submit="Save" cancel={view.link('tokens')} />
      </ChangeForm>
    </Layout>
  );
}

interface DraftFieldProps {
  readonly draft: TokenDraft;
  readonly error: string | undefined;
}

function DescriptionField({ draft, error }: DraftFieldProps) {
  const hint = 'Which program uses the token, and who is responsible for it.';
  return (
    <Field id="description" label="Description" hint={hint} error={error}>
      <input
        {...describeInput('description', true, error)}
        name="description"
        value={draft.description}
        maxlength={500}
        required
        autocomplete="off"
      />
    </Field>
  );
}

function UserField({ draft, error }: DraftFieldProps) {
  const hint =
    'The user on whose behalf a USER token calls the API. Leave it empty for other permissions.';
  return (
    <Field id="userEmail" label="User e-mail" hint={hint} error={error} class="for-user">
      <input
        {...describeInput('userEmail', true, error)}
        type="email"
        name="userEmail"
        value={draft.userEmail}
        maxlength={254}
        autocomplete="off"
      />
    </Field>
  );
}

function ExpiryField({ draft, error, today }: DraftFieldProps & { readonly today: Date }) {
  const hint =
    'The last day on which the token is valid (UTC). Leave it empty for a token that never expires.';
  return (
    <Field id="expiresAt" label="Expires" hint={hint} error={error} class="narrow">
      <input
        {...describeInput('expiresAt', true, error)}
        type="date"
        name="expiresAt"
        value={draft.expiresAt}
        min={today.toISOString().slice(0, 10)}
      />
    </Field>
  );
}

function AddressesField({ draft, error }: DraftFieldProps) {
  const hint =
    'Optional. IP addresses and networks that may use the token, one per line: 192.0.2.7 or 2001:db8::/32.';
  return (
    <Field id="allowedAddresses" label="Allowed IP addresses" hint={hint} error={error}>
      <textarea
        {...describeInput('allowedAddresses', true, error)}
        name="allowedAddresses"
        rows={3}
        spellcheck={false}
        autocomplete="off"
      >
        {draft.allowedAddresses}
      </textarea>
    </Field>
  );
}
