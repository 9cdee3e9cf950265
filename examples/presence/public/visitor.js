const query = new URLSearchParams(location.search);
const groupid = query.get('groupid') ?? '12345';
const visitorid = query.get('visitorid') ?? 'maya';
const status = document.getElementById('status');

/** Reports that this page is open, and fetches the messages of agents. */
async function visit() {
  try {
    const target = `/visit?${new URLSearchParams({ groupid, visitorid })}`;
    const response = await fetch(target, { method: 'POST' });
    if (!response.ok) throw new Error(`the service answered ${response.status}`);
    for (const { data } of (await response.json()).signals) {
      const line = document.createElement('li');
      line.textContent = typeof data === 'string' ? data : JSON.stringify(data);
      document.getElementById('messages').append(line);
    }
    showStatus(`You are ${visitorid}, on the pages of group ${groupid}.`);
  } catch {
    showStatus('The service cannot be reached.');
  }
  setTimeout(visit, 2_000);
}

/** Changes the text only if it differs, because screen readers read every change. */
function showStatus(text) {
  if (status.textContent !== text) status.textContent = text;
}

visit();
