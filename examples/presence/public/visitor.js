const query = new URLSearchParams(location.search);
const groupid = query.get('groupid') ?? '12345';
const visitorid = query.get('visitorid') ?? 'maya';
const status = document.getElementById('status');

/** Says that this page is open, and fetches what agents have sent. */
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
    say(`You are ${visitorid}, on the pages of group ${groupid}.`);
  } catch {
    say('The service cannot be reached.');
  }
  setTimeout(visit, 2_000);
}

/** Screen readers read what changes: nothing, while nothing does. */
function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

visit();
