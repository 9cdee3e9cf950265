import { getTokenStatus, type TokenRecord } from '@mandate/tokens';
import type { Hono } from 'hono';
import { type ConsoleEnv, getForm, getView } from '../console-env.js';
import { ConsoleError } from '../console-error.js';
import { ChangeForm } from '../layout/change-form.js';
import { FormButtons } from '../layout/form-buttons.js';
import { Layout } from '../layout/layout.js';
import { OverlapField, parseOverlap } from '../layout/overlap-field.js';
import { PageHead } from '../layout/page-head.js';
import { renderPage } from '../layout/render-page.js';
import { TimeText } from '../layout/time-text.js';
import type { View } from '../view.js';
import { SecretPage } from './secret-page.js';
import { getPreviousExpiry } from './token-facts.js';
import { TOKEN_ID } from './token-id.js';
import type { TokenPagesOptions } from './token-pages-options.js';

/** Gives a token a new secret. The response to the form is the only page that shows it. */
export function addRotatePage(app: Hono<ConsoleEnv>, { authority }: TokenPagesOptions): void {
  app.get(`/tokens/${TOKEN_ID}/rotate`, async (c) => {
    const view = getView(c);
    const token = await authority.get(c.req.param('id'));
    const status = getTokenStatus(token, view.now);
    if (status !== 'active') throw new ConsoleError(409, `The token is ${status}.`);
    return renderPage(c, <RotatePage view={view} token={token} />);
  });

  app.post(`/tokens/${TOKEN_ID}/rotate`, async (c) => {
    const view = getView(c);
    const overlapSeconds = parseOverlap(getForm(c));
    const { token, secret } = await authority.rotate(c.req.param('id'), overlapSeconds, view.admin);
    // `view.now` is before the rotation, so an overlap of 0 s would seem to end in the future.
    const shown = overlapSeconds === 0 ? { ...token, previousExpiresAt: undefined } : token;
    const issued = { token: shown, secret };
    return renderPage(c, <SecretPage view={view} issued={issued} event="rotated" />);
  });
}

interface RotatePageProps {
  readonly view: View;
  readonly token: TokenRecord;
}

function RotatePage({ view, token }: RotatePageProps) {
  const previousExpiresAt = getPreviousExpiry(token, view.now);
  const page = view.link(`tokens/${token.id}`);
  return (
    <Layout view={view} title={`Rotate ${token.description}`}>
      <PageHead
        title="Rotate this token?"
        back={{ href: page, title: token.description }}
        lead="The token gets a new secret. Its permission, scopes and expiry stay the same."
      />
      {previousExpiresAt !== undefined && (
        <p class="notice warn">
          The previous secret is still valid until <TimeText at={previousExpiresAt} />. If you
          rotate again, it stops at once.
        </p>
      )}
      <ChangeForm view={view} to={`tokens/${token.id}/rotate`} class="card form">
        <OverlapField hint="Allow enough time to give the new secret to every program that uses the token." />
        <FormButtons submit="Rotate" cancel={page} />
      </ChangeForm>
    </Layout>
  );
}
