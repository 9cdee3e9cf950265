import { readStatus, type TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import { ChangeForm } from '../layout/change-form.js';
import { describeInput, Field } from '../layout/field.js';
import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import { TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { SecretPage } from './secret-page.js';
import { TOKEN_ID } from './token-id.js';
import type { TokenPagesOptions } from './token-pages-options.js';

const OVERLAPS = [
  ['0', 'Not at all: it ends now'],
  ['3600', 'For 1 hour'],
  ['86400', 'For 1 day'],
  ['604800', 'For 7 days'],
] as const;
const USUAL_OVERLAP = '86400';

/** Giving a token a new secret. The answer to the form is the only page that ever shows it. */
export function addRotatePage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  app.get(`/tokens/${TOKEN_ID}/rotate`, async (c) => {
    const view = getView(c);
    const token = await authority.get(c.req.param('id'));
    const status = readStatus(token, view.now);
    if (status !== 'active') throw new ConsoleError(409, `The token is ${status}.`);
    return renderPage(c, <RotatePage view={view} token={token} />);
  });

  app.post(`/tokens/${TOKEN_ID}/rotate`, async (c) => {
    const view = getView(c);
    const overlap = OVERLAPS.find(([seconds]) => seconds === getForm(c).text('overlapSeconds'));
    if (overlap === undefined)
      throw new ConsoleError(400, 'Choose for how long the old secret works.');
    const issued = await authority.rotate(c.req.param('id'), Number(overlap[0]), view.admin);
    return renderPage(c, <SecretPage view={view} issued={issued} event="rotated" />);
  });
}

interface RotatePageProps {
  readonly view: View;
  readonly token: TokenRecord;
}

function RotatePage({ view, token }: RotatePageProps) {
  const { previousExpiresAt } = token;
  const page = view.link(`tokens/${token.id}`);
  return (
    <Layout view={view} title={`Rotate ${token.description}`}>
      <PageHead
        title="Rotate this token?"
        back={{ href: page, title: token.description }}
        lead="It gets a new secret, and keeps its permission, scopes and expiry."
      />
      {previousExpiresAt !== undefined && previousExpiresAt > view.now && (
        <p class="notice warn">
          The secret before the current one still works until <TimeText at={previousExpiresAt} />.
          It ends at once when you rotate again.
        </p>
      )}
      <ChangeForm view={view} to={`tokens/${token.id}/rotate`} class="card form">
        <OverlapField />
        <div class="buttons">
          <button type="submit" class="button primary">
            Rotate
          </button>
          <a class="button" href={page}>
            Cancel
          </a>
        </div>
      </ChangeForm>
    </Layout>
  );
}

function OverlapField() {
  const hint = 'Time to give the new secret to every program that uses the token.';
  return (
    <Field
      id="overlapSeconds"
      label="How long does the current secret go on?"
      hint={hint}
      error={undefined}
      class="narrow"
    >
      <select {...describeInput('overlapSeconds', true, undefined)} name="overlapSeconds">
        {OVERLAPS.map(([seconds, text]) => (
          <option value={seconds} selected={seconds === USUAL_OVERLAP}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}
