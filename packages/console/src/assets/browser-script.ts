/**
 * The script of every page. Pages work without it; with it, texts can be copied by a button, a secret is
 * gone from the page that one comes back to, neither a reload nor a second click sends a form again, and a
 * log-in elsewhere has a window of its own whose result appears beside the button.
 */
export const BROWSER_SCRIPT = `'use strict';

for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy);
  const told = document.querySelector('[data-copied="' + button.dataset.copy + '"]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      told.textContent = 'Copied.';
    } catch {
      getSelection().selectAllChildren(source);
      told.textContent = 'Your browser does not let us copy. It is selected: press Ctrl+C or ⌘C.';
    }
  });
}

// Something that is shown once: a reload asks for the address again instead of sending the form again,
// and the page that the browser may keep for going back holds no secret.
if (document.querySelector('[data-once]')) {
  history.replaceState(null, '', location.href);
  addEventListener('pagehide', () => {
    for (const one of document.querySelectorAll('[data-once]')) one.remove();
  });
}

// Whoever clicks twice would get the answer to the second click, and never see the secret in the first.
// After a while, or back on the page, it may have failed.
for (const form of document.querySelectorAll('form[method="post"]:not([data-popup])')) {
  let sentMs;
  addEventListener('pageshow', () => {
    sentMs = undefined;
  });
  form.addEventListener('submit', (event) => {
    if (sentMs !== undefined && event.timeStamp - sentMs < 10_000) event.preventDefault();
    else sentMs = event.timeStamp;
  });
}

document.querySelector('[data-focus]')?.focus();

// Authorizing an export takes three pages: the one with the button, the one that leaves for the other
// system, and the one that comes back. The last tells the first by a channel that no other origin hears.
const CHANNEL = 'mandate-console';

const authorize = document.querySelector('form[data-popup]');
if (authorize) {
  const show = (result) => location.replace(location.pathname + '?result=' + encodeURIComponent(result));
  new BroadcastChannel(CHANNEL).addEventListener('message', ({ data }) => {
    if (data?.connection === authorize.dataset.popup) show(data.result);
  });
  let watch;
  authorize.addEventListener('submit', () => {
    clearInterval(watch);
    const popup = open('about:blank', 'mandate-log-in', 'popup,width=620,height=760');
    // Where windows are blocked, the form opens a tab.
    if (!popup) return;
    authorize.target = 'mandate-log-in';
    authorize.rel = 'opener';
    popup.focus();
    watch = setInterval(() => {
      if (!popup.closed) return;
      clearInterval(watch);
      // A result that was sent just before comes first.
      setTimeout(show, 1000, 'closed');
    }, 300);
  });
}

const leave = document.querySelector('[data-leave]');
if (leave) {
  // The other system must not reach the page that opened this window.
  opener = null;
  location.replace(leave.href);
}

const ended = document.querySelector('[data-result]');
if (ended) {
  const { connection, result } = ended.dataset;
  // The code in the address has served.
  history.replaceState(null, '', location.pathname);
  new BroadcastChannel(CHANNEL).postMessage({ connection, result });
  close();
}
`;
