import type { Child, PropsWithChildren } from 'hono/jsx';
import type { Link } from '../view.js';

export interface ShellProps {
  /** The title of the browser tab. */
  readonly title: string;
  readonly link: Link;
  /** Further elements of the head. */
  readonly head?: Child;
}

/** The HTML document of every page. */
export function Shell({ title, link, head, children }: PropsWithChildren<ShellProps>) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={link('assets/icon.svg')} />
        <link rel="stylesheet" href={link('assets/console.css')} />
        <script src={link('assets/console.js')} defer />
        {head}
      </head>
      <body>{children}</body>
    </html>
  );
}
