import { escapeHtml, sendPage } from '@mandate/example-pages';
import { DenialError } from '@mandate/express';
import type { ErrorRequestHandler, Response } from 'express';

export function sendLogInPage(res: Response): void {
  sendPage(res, {
    title: 'Log in',
    lead: 'Any name will do: the local issuer gives a token to every caller.',
    body: `<form method="post" action="/log-in">
<label>User <input name="user" required maxlength="200" autocomplete="username"></label>
<button>Log in</button></form>`,
  });
}

export function sendNotesPage(res: Response, subject: string, notes: readonly string[]): void {
  const items = notes.map((note) => `<li>${escapeHtml(note)}</li>`);
  sendPage(res, {
    title: 'Notes',
    lead: `You are ${escapeHtml(subject)}.`,
    body: `<ul>${items.join('')}</ul>
<form method="post" action="/notes">
<label>Note <input name="text" required maxlength="200"></label>
<button>Write</button></form>
<form method="post" action="/log-out"><button>Log out</button></form>`,
  });
}

/**
 * Answers denied requests: with a page to browsers, and with JSON to other clients.
 * @param forgetToken removes the cookie, which is done with 401.
 */
export function sendDenialPage(forgetToken: (res: Response) => void): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (!(error instanceof DenialError)) return next(error);
    const { statusCode, headers, code, message } = error;
    res.status(statusCode).set(headers);
    if (statusCode === 401) forgetToken(res);
    // Clients that accept anything get the first one.
    res.format({
      json: () => res.json({ code, detail: message }),
      html: () =>
        sendPage(res, {
          title: 'Not allowed',
          lead: escapeHtml(message),
          body: `<p><code>${code}</code></p><p><a href="/">Log in</a></p>`,
        }),
    });
  };
}
