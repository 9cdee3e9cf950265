import { Layout } from '../layout/layout.js';
import { PageHead } from '../layout/page-head.js';
import type { View } from '../view.js';
import { SYSTEMS } from './system.js';

/** The first step of a new export: the system that it is for. */
export function ChooseSystemPage({ view }: { readonly view: View }) {
  return (
    <Layout view={view} title="Add new export">
      <PageHead
        title="Add new export"
        back={{ href: view.link('exports'), title: 'Exports' }}
        lead="Which system receives the engagements?"
      />
      <div class="choices">
        {SYSTEMS.map(({ preset, grantType, title, hint }) => (
          <a
            class="card"
            href={view.link(
              `exports/new?preset=${preset}${grantType === 'authorization_code' ? '' : `&grantType=${grantType}`}`,
            )}
          >
            <strong>{title}</strong>
            <span class="hint">{hint}</span>
          </a>
        ))}
      </div>
    </Layout>
  );
}
