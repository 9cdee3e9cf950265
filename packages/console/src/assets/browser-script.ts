/**
 * The script of every page. Pages work without it. It adds copy buttons and local times, searches scopes, removes a secret when its page is
 * left, prevents a reload or a second click from resubmitting a form, and opens the log-in of another
 * system in a window whose result appears beside the button.
 */
export const BROWSER_SCRIPT = `'use strict';

for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy);
  const status = document.querySelector('[data-copied="' + button.dataset.copy + '"]');
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      status.textContent = 'Copied.';
    } catch {
      getSelection().selectAllChildren(source);
      status.textContent = 'The browser does not allow copying. The text is selected: press Ctrl+C or ⌘C.';
    }
  });
}

// After the answer to a form, a reload requests the address instead of resubmitting the form.
if (document.querySelector('[data-answer]')) history.replaceState(null, '', location.href);

// The page that the browser keeps for its Back button has no secret.
if (document.querySelector('[data-once]')) {
  addEventListener('pagehide', () => {
    for (const element of document.querySelectorAll('[data-once]')) element.remove();
  });
}

// A double click would show the answer to the second submission and hide the secret in the first. The form
// can be sent again after 10 s, or after a return to the page, because the first submission may have failed.
for (const form of document.querySelectorAll('form[method="post"]:not([data-popup])')) {
  let submittedMs;
  addEventListener('pageshow', () => {
    submittedMs = undefined;
  });
  form.addEventListener('submit', (event) => {
    const isRepeated = submittedMs !== undefined && event.timeStamp - submittedMs < 10_000;
    if (isRepeated) event.preventDefault();
    submittedMs = isRepeated ? submittedMs : event.timeStamp;
  });
}

document.querySelector('[data-focus]')?.focus();

// A confirmation is shown once.
if (document.querySelector('[data-done]')) history.replaceState(null, '', location.pathname);

// Times in the reader's language and zone, with UTC beside them.
const DAY = { day: 'numeric', month: 'short', year: 'numeric' };
const FORMATS = { day: DAY, minute: { ...DAY, hour: '2-digit', minute: '2-digit' } };
const isUtc = new Date().getTimezoneOffset() === 0;
for (const time of document.querySelectorAll('time[data-local]')) {
  const { local } = time.dataset;
  const at = new Date(time.dateTime);
  if (isUtc) continue;
  const utc = time.textContent;
  time.textContent = at.toLocaleString(navigator.languages, FORMATS[local]);
  if (local === 'day') continue;
  const beside = document.createElement('span');
  beside.className = 'utc';
  beside.textContent = utc;
  time.append(' ', beside);
}

// Hides the scopes that do not match. Selected scopes stay visible.
const search = document.querySelector('[data-search]');
if (search) {
  document.querySelector('[data-search-button]').remove();
  const status = document.querySelector('[data-search-status]');
  const options = [...document.querySelectorAll('[data-check-boxes=scopes] > label')];
  const filter = () => {
    const text = search.value.trim().toLowerCase();
    let shown = 0;
    for (const option of options) {
      const isShown = option.control.checked || option.textContent.toLowerCase().includes(text);
      option.hidden = !isShown;
      if (isShown) shown++;
    }
    status.textContent = text === '' ? '' : shown + ' of ' + options.length + ' scopes shown';
  };
  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    // Enter would save the form.
    if (event.key === 'Enter') event.preventDefault();
  });
  filter();
}

// Authorizing an export takes three pages: the page with the button, the page that leads to the other
// system, and the callback. The callback sends the result to the first page over a BroadcastChannel, which
// only this origin can read.
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
    // If the browser blocks the window, the form opens a tab.
    if (!popup) return;
    authorize.target = 'mandate-log-in';
    authorize.rel = 'opener';
    popup.focus();
    watch = setInterval(() => {
      if (!popup.closed) return;
      clearInterval(watch);
      // A result that was sent just before the window closed takes precedence.
      setTimeout(show, 1000, 'closed');
    }, 300);
  });
}

const leave = document.querySelector('[data-leave]');
if (leave) {
  // The other system must not have access to the page that opened this window.
  opener = null;
  location.replace(leave.href);
}

const ended = document.querySelector('[data-result]');
if (ended) {
  const { connection, result } = ended.dataset;
  // Removes the code, which is used up, from the address.
  history.replaceState(null, '', location.pathname);
  new BroadcastChannel(CHANNEL).postMessage({ connection, result });
  close();
}
`;
