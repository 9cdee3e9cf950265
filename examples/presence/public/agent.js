// The client keeps the token in localStorage: it outlives a reload, and the tabs of this origin share it.
const tokens = MandateClient.createTokenClient({ allowedOrigins: [location.origin] });

const REASONS = {
  missing_credentials: 'Log in with your user name and password.',
  invalid_request: 'The service could not read what you entered.',
  invalid_credentials: 'User name or password is wrong.',
  loginkey_expired: 'The login key has expired.',
  loginkey_too_long: 'The login key would be valid for too long.',
  loginkey_bad_signature: 'The login key is not signed for this user.',
  group_required: 'You work for several groups: enter one.',
  not_in_group: 'You do not work for this group.',
  feature_not_enabled: 'This group does not have Presence.',
  invalid_duration: 'A token is valid for 1 to 120 minutes.',
  rate_limited: 'There were too many attempts. Try again later.',
  network: 'The service cannot be reached.',
  timeout: 'The service did not answer in time.',
  service_error: 'The service has a fault. Try again later.',
};

const REFUSALS = {
  group_mismatch: 'Your token is not for this group. Log in for it to see its visitors.',
  scope_required: 'You may not do this.',
  invalid_visitor: 'A visitor is named by up to 62 letters, digits, - _ or ~.',
  visitornotpresent: 'The visitor is not there any more.',
};

const $ = (id) => document.getElementById(id);

function say(text, isError = false) {
  $('status').textContent = text;
  $('status').classList.toggle('error', isError);
}

/** Who logged in last, without the password: enough to find the stored token again. */
const owner = {
  read() {
    try {
      const { username, groupid } = JSON.parse(localStorage.getItem('agent'));
      return typeof username === 'string' ? { username, groupid: String(groupid ?? '') } : null;
    } catch {
      return null; // nobody, or something that another page of this origin has stored
    }
  },
  write: (agent) => tryToStore(() => localStorage.setItem('agent', JSON.stringify(agent))),
  forget: () => tryToStore(() => localStorage.removeItem('agent')),
};

/** A storage that is full or forbidden costs another log-in after a reload, and nothing else. */
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
  say(`You are logged in${agent.groupid && ` for group ${agent.groupid}`} until ${until}.`);
  $('visitor').focus();
}

function showLogin(reason) {
  const { username = '', groupid = '' } = owner.read() ?? {};
  $('username').value = username;
  $('groupid').value = groupid;
  show(false);
  if (reason) say(REASONS[reason], true);
  (username ? $('password') : $('username')).focus();
}

function show(isLoggedIn) {
  $('login').hidden = isLoggedIn;
  $('lookup').hidden = $('who').hidden = !isLoggedIn;
  $('found').hidden = true;
}

/** Asks the Presence Service; says why if it refuses. */
async function ask(path, init) {
  try {
    const response = await tokens.fetchWithToken(path, init);
    const answer = await response.json();
    if (response.ok) return answer;
    // Such as when the service has other keys by now: only another log-in helps.
    if (response.status === 401) showLogin('missing_credentials');
    else say(REFUSALS[answer.code] ?? `The service refused (${answer.code}).`, true);
  } catch (error) {
    if (!(error instanceof MandateClient.TokenError)) say(REASONS.network, true);
    // The token has expired, and since a reload nobody here knows the password.
    else if (error.transient) say(REASONS[error.code], true);
    else showLogin(error.code);
  }
  return undefined;
}

$('login').addEventListener('submit', (event) => {
  event.preventDefault();
  const { username, password, groupid } = Object.fromEntries(new FormData(event.target));
  say('Logging in …');
  logIn({ groupid: groupid.trim(), credentials: { username, password } }, (reason) => {
    say(REASONS[reason], true);
    (reason.includes('group') ? $('groupid') : $('password')).focus();
  });
});

$('leave').addEventListener('click', () => {
  tokens.clearToken({ all: true });
  owner.forget();
  showLogin();
  say('You are logged out.');
});

let found;

$('lookup').addEventListener('submit', async (event) => {
  event.preventDefault();
  found = new URLSearchParams(new FormData(event.target));
  $('found').hidden = true;
  say('Looking …');
  const visitor = await ask(`/lookupvisitor?${found}`);
  if (visitor === undefined) return;
  $('found-title').textContent = visitor.visitorid;
  $('presence').textContent = visitor.visitorpresent ? 'present' : 'not present';
  $('presence').classList.toggle('present', visitor.visitorpresent);
  $('seen').textContent = visitor.visitorpresent
    ? `seen at ${new Date(visitor.timestamp).toLocaleTimeString()}`
    : `on the pages of group ${visitor.groupid}`;
  $('signal').hidden = !visitor.visitorpresent;
  $('found').hidden = false;
  say(`${visitor.visitorid} is ${visitor.visitorpresent ? 'present' : 'not present'}.`);
});

$('signal').addEventListener('submit', async (event) => {
  event.preventDefault();
  const signal = { mtype: 'signal', data: $('message').value };
  const answer = await ask(`/signalvisitor?${found}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(signal),
  });
  if (answer === undefined) return;
  event.target.reset();
  say('Sent.');
});

const agent = owner.read();
if (agent === null) showLogin();
else logIn({ groupid: agent.groupid, credentials: { username: agent.username } }, showLogin);
