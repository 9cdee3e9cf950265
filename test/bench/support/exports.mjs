const SESSION = 'a-session-of-the-bench';

/** Creates a connection of a site to a webhook, as if a person had authorized it. */
export async function authorizeWebhook({ connections }, { origin, site, path }) {
  const { connection } = await connections.create({
    ...{ preset: 'generic', name: site, siteId: site },
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    ...{ clientId: 'bench', clientSecret: 'bench' },
    destination: { kind: 'webhook', url: `${origin}${path}` },
  });
  const { searchParams } = await connections.authorize(connection.id, SESSION, 'bench');
  const answer = new URLSearchParams({ code: 'code', state: searchParams.get('state') });
  const serverId = connection.redirectUri.split('/').at(-1);
  const result = await connections.finishAuthorization(serverId, answer, SESSION);
  if (result !== 'authorized') throw new Error(result);
}

/** The start of an engagement, as small as most are. */
export function toEvent(site, engagement) {
  return {
    ...{ version: 'v1', export_type: 'engagement_start', site_id: site },
    engagement_id: engagement,
    operator: { id: 'operator-1', name: 'Jordan', email: 'jordan@example.com' },
    visitor: { id: 'visitor-1', name: 'John', email: 'john@example.com' },
    ...{ queues: [], source: 'button_embed', queue_wait_time: 3.5, platform: 'omnicore' },
  };
}
