/** Loads the page again, and replaces its live part if that part has changed. */
async function refresh() {
  try {
    const response = await fetch(location.href);
    if (response.ok) {
      const loaded = new DOMParser().parseFromString(await response.text(), 'text/html');
      const [shown, next] = [document, loaded].map((page) => page.querySelector('[data-live]'));
      if (next && shown.innerHTML !== next.innerHTML) shown.replaceWith(next);
    }
  } catch {
    // The server has stopped. If it starts again, the next request succeeds.
  }
  setTimeout(refresh, 1_000);
}

setTimeout(refresh, 1_000);
