import type { PropsWithChildren } from 'hono/jsx';
import type { View } from '../view.js';
import { Shell } from './shell.js';

export interface LayoutProps {
  readonly view: View;
  readonly title: string;
  /** Whether the page is the answer to a form. A reload then requests its address instead of sending the form again. */
  readonly isAnswer?: boolean | undefined;
}

/** The frame of every page for an administrator: the name, the sections and the administrator. */
export function Layout({ view, title, isAnswer, children }: PropsWithChildren<LayoutProps>) {
  const { name, sections, admin, link, path, logOutUrl } = view;
  return (
    <Shell title={`${title} · ${name}`} link={link}>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header class="top">
        <div class="bar">
          <span class="brand">{name}</span>
          <nav aria-label="Sections">
            {sections.map((section) => (
              <a
                href={link(section.path)}
                aria-current={isWithin(path, section.path) ? 'page' : undefined}
              >
                {section.title}
              </a>
            ))}
          </nav>
          <p class="who">
            <span class="sr">Logged in as </span>
            <span class="subject">{admin.subject}</span>
            {admin.isSuperAdmin && <span class="badge">Super admin</span>}
            {logOutUrl !== undefined && <a href={logOutUrl}>Log out</a>}
          </p>
        </div>
      </header>
      <main id="main" tabindex={-1} data-answer={isAnswer}>
        {children}
      </main>
    </Shell>
  );
}

/** Whether a page belongs to a section. */
export function isWithin(path: string, section: string): boolean {
  return path === `/${section}` || path.startsWith(`/${section}/`);
}
