/**
 * The script of every page. Pages work without it; with it, a secret can be copied by a button, is gone
 * from the page that one comes back to, and a reload does not send a form again.
 */
export const BROWSER_SCRIPT = `'use strict';

for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy);
  const told = document.querySelector('[data-copied]');
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

document.querySelector('[data-focus]')?.focus();
`;
