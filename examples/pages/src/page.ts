// The frame, the style sheet and the script that the pages of all examples share.
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, type Response } from 'express';

const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));

/** Serves `/style.css` and `/live.js`. */
export function createPageAssets(): RequestHandler {
  const serve = express.static(PUBLIC);
  return function servePageAssets(req, res, next) {
    serve(req, res, next);
  };
}

export interface ExamplePage {
  readonly title: string;
  /** Below the title. */
  readonly lead?: string;
  /** HTML; text in it must be escaped with {@link escapeHtml}. */
  readonly body: string;
  /** Whether the part of the page with `data-live` is loaded again every second. Default `false`. */
  readonly isLive?: boolean;
  /** Where the assets are served. Default: the root. */
  readonly assets?: string;
}

/** Sends a page that loads only files of its own origin. */
export function sendPage(res: Response, page: ExamplePage): void {
  const { title, lead, body, isLive = false, assets = '' } = page;
  const own = "script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";
  res.set({
    'content-security-policy': `default-src 'none'; ${own}; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  res.send(`<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="${assets}/style.css">
${isLive ? `<script src="${assets}/live.js" defer></script>` : ''}</head>
<body><header class="top"><div class="bar"><h1>${escapeHtml(title)}</h1></div></header>
<main class="wide">${lead === undefined ? '' : `<p class="lead">${lead}</p>`}${body}</main></body></html>`);
}

/** A table whose rows become cards on a phone. The cells are HTML; the first one names the row. */
export function toTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = titles.map((title) => `<th scope="col" role="columnheader">${title}</th>`);
  const body = rows.map(([name = '', ...cells]) => {
    const data = cells.map(
      (cell, index) => `<td role="cell" data-title="${titles[index + 1]}"><div>${cell}</div></td>`,
    );
    return `<tr role="row"><th scope="row" role="rowheader">${name}</th>${data.join('')}</tr>`;
  });
  return `<table class="data" role="table"><thead role="rowgroup"><tr role="row">${head.join('')}</tr></thead>
<tbody role="rowgroup">${body.join('')}</tbody></table>`;
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
