import type { Link, View } from '../view.js';
import { isWithin, Layout } from './layout.js';
import { Shell } from './shell.js';

export interface ErrorPageProps {
  readonly status: number;
  readonly message: string;
  /** Absent for a caller who is not admitted. The page then contains only the message. */
  readonly view: View | undefined;
  readonly link: Link;
  readonly name: string;
  readonly logInUrl: string | undefined;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Invalid input',
  401: 'Log in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Nothing was changed',
  429: 'Too many requests',
  503: 'Not available',
  504: 'Outcome unknown',
};

export function ErrorPage({ status, message, view, ...outside }: ErrorPageProps) {
  const { link, name, logInUrl } = outside;
  const title = TITLES[status] ?? 'The request failed';
  const text = (
    <>
      <p class="status">Error {status}</p>
      <h1>{title}</h1>
      <p>{message}</p>
    </>
  );
  if (view === undefined) {
    return (
      <Shell title={`${title} · ${name}`} link={link}>
        <main class="message alone">
          {text}
          {status === 401 && logInUrl !== undefined && (
            <a class="button primary" href={logInUrl}>
              Log in
            </a>
          )}
        </main>
      </Shell>
    );
  }
  const start = view.sections.find(({ path }) => isWithin(view.path, path)) ?? view.sections[0];
  return (
    <Layout view={view} title={title}>
      <div class="message">
        {text}
        <a class="button" href={link(start?.path ?? '')}>
          Back to {start?.title}
        </a>
      </div>
    </Layout>
  );
}
