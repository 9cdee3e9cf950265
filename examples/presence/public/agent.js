// The client keeps the token in localStorage, where it survives a reload and is shared by the tabs of this origin.
const tokens = MandateClient.createTokenClient({ allowedOrigins: [location.origin] });

const REASONS = {
  missing_credentials: 'Log in with your user name and password.',
  invalid_request: 'The service could not process your input.',
  invalid_credentials: 'The user name or password is wrong.',
  loginkey_expired: 'The login key has expired.',
  loginkey_too_long: 'The login key would be valid for too long.',
  loginkey_bad_signature: 'The login key is not signed for this user.',
  group_required: 'You work for several groups. Enter one.',
  not_in_group: 'You do not work for this group.',
  feature_not_enabled: 'This group does not have Presence.',
  invalid_duration: 'A token is valid for 1 to 120 minutes.',
  rate_limited: 'Too many attempts. Try again later.',
  network: 'The service cannot be reached.',
  timeout: 'The service did not answer in time.',
  service_error: 'The service failed. Try again later.',
};

const REFUSALS = {
  group_mismatch: 'Your token is not for this group. Log in for this group to see its visitors.',
  scope_required: 'You are not allowed to do this.',
  invalid_visitor: 'A visitor id has up to 62 letters, digits, - _ or ~.',
  visitornotpresent: 'The visitor is no longer present.',
};

const $ = (id) => document.getElementById(id);

function showStatus(text, isError = false) {
  $('status').textContent = text;
  $('status').classList.toggle('error', isError);
}

/** The last user, without the password: enough to find the stored token again. */
const owner = {
  read() {
    try {
      const { username, groupid } = JSON.parse(localStorage.getItem('agent'));
      return typeof username === 'string' ? { username, groupid: String(groupid ?? '') } : null;
    } catch {
      return null; // missing, or stored by another page of this origin
    }
  },
  write: (agent) => tryToStore(() => localStorage.setItem('agent', JSON.stringify(agent))),
  forget: () => tryToStore(() => localStorage.removeItem('agent')),
};

/** If the storage is full or forbidden, the user must only log in again after a reload. */
function tryToStore(store) {
  try {
    store();
  } catch {}
}

function logIn({ groupid, credentials }, onfail) {
  tokens.authorize({
    webserver: `${location.origin}/auth`,
    service: 'presence',
    groupid,
    credentials,
    duration: 60,
    onsuccess: () => showAgent({ username: credentials.username, groupid }),
    onfail,
  });
}

async function showAgent(agent) {
  owner.write(agent);
  $('password').value = '';
  const { expiration } = await tokens.getJwtToken();
  const until = new Date(expiration).toLocaleTimeString([], { timeStyle: 'short' });
  $('agent').textContent = agent.username;
  $('visitor-group').value = agent.groupid;
  $('visitor-page').href =
    `visitor.html?${new URLSearchParams({ groupid: agent.groupid, visitorid: 'maya' })}`;
  show(true);
  showStatus(`You are logged in${agent.groupid && ` for group ${agent.groupid}`} until ${until}.`);
  $('visitor').focus();
}

function showLogin(reason) {
  const { username = '', groupid = '' } = owner.read() ?? {};
  $('username').value = username;
  $('groupid').value = groupid;
  show(false);
  if (reason) showStatus(REASONS[reason], true);
  (username ? $('password') : $('username')).focus();
}

function show(isLoggedIn) {
  $('login').hidden = isLoggedIn;
  $('lookup').hidden = $('who').hidden = !isLoggedIn;
  $('found').hidden = true;
}

/** Sends a request to the Presence Service. If it is rejected, shows why. */
async function request(path, init) {
  try {
    const response = await tokens.fetchWithToken(path, init);
    const answer = await response.json();
    if (response.ok) return answer;
    // For example, the service has new keys. Only another log-in helps.
    if (response.status === 401) showLogin('missing_credentials');
    else
      showStatus(
        REFUSALS[answer.code] ?? `The service rejected the request (${answer.code}).`,
        true,
      );
  } catch (error) {
    if (!(error instanceof MandateClient.TokenError)) showStatus(REASONS.network, true);
    // The token has expired, and the password is unknown since the reload.
    else if (error.transient) showStatus(REASONS[error.code], true);
    else showLogin(error.code);
  }
  return undefined;
}

$('login').addEventListener('submit', (event) => {
  event.preventDefault();
  const { username, password, groupid } = Object.fromEntries(new FormData(event.target));
  showStatus('Logging in …');
  logIn({ groupid: groupid.trim(), credentials: { username, password } }, (reason) => {
    showStatus(REASONS[reason], true);
    (reason.includes('group') ? $('groupid') : $('password')).focus();
  });
});

$('leave').addEventListener('click', () => {
  tokens.clearToken({ all: true });
  owner.forget();
  showLogin();
  showStatus('You are logged out.');
});

let found;

$('lookup').addEventListener('submit', async (event) => {
  event.preventDefault();
  found = new URLSearchParams(new FormData(event.target));
  $('found').hidden = true;
  showStatus('Looking …');
  const visitor = await request(`/lookupvisitor?${found}`);
  if (visitor === undefined) return;
  $('found-title').textContent = visitor.visitorid;
  $('presence').textContent = visitor.visitorpresent ? 'present' : 'not present';
  $('presence').classList.toggle('present', visitor.visitorpresent);
  $('seen').textContent = visitor.visitorpresent
    ? `seen at ${new Date(visitor.timestamp).toLocaleTimeString()}`
    : `on the pages of group ${visitor.groupid}`;
  $('signal').hidden = !visitor.visitorpresent;
  $('found').hidden = false;
  showStatus(`${visitor.visitorid} is ${visitor.visitorpresent ? 'present' : 'not present'}.`);
});

$('signal').addEventListener('submit', async (event) => {
  event.preventDefault();
  const signal = { mtype: 'signal', data: $('message').value };
  const answer = await request(`/signalvisitor?${found}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(signal),
  });
  if (answer === undefined) return;
  event.target.reset();
  showStatus('Sent.');
});

const agent = owner.read();
if (agent === null) showLogin();
else logIn({ groupid: agent.groupid, credentials: { username: agent.username } }, showLogin);
