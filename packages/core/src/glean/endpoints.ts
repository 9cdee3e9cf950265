import type { EndpointMap } from '../endpoints/endpoint.js';
import type { GleanScope } from './scopes.js';

/** Allows only the scopes that `scopes.ts` explains. */
type GleanEndpointMap = EndpointMap &
  Readonly<
    Record<
      string,
      { readonly scopes: readonly GleanScope[] | { readonly anyOf: readonly GleanScope[] } }
    >
  >;

/**
 * The 90 operations of the Glean Client API (as of August 2026, administration included) and the
 * scopes that each operation requires.
 *
 * Glean's API description names no scopes, so this table interprets its documentation: most rows follow
 * from the section of the operation. If two scopes are equally likely, either one opens the endpoint. If no
 * scope is known, the row requires a scope that someone must grant on purpose, and a comment explains
 * why. A principal whose scopes are `'all'` has these too.
 *
 * A scope limits what a token may do, but does not describe its user. Admin search, governance and
 * data sources also require a role of the user, which your handlers must check.
 *
 * No row allows `ANONYMOUS` tokens, because Glean does not document where it accepts them.
 * `createGleanEndpoints` allows them. To change anything else, spread the map and override the row:
 *
 * ```ts
 * endpoints: {
 *   ...GLEAN_ENDPOINTS,
 *   'POST /rest/api/v1/messages': { scopes: ['SEARCH'] },
 * }
 * ```
 */
export const GLEAN_ENDPOINTS = {
  // Activity. No scope is documented for feedback: Glean lists FEEDBACK, its clients request ACTIVITY.
  'POST /rest/api/v1/activity': { scopes: ['ACTIVITY'] },
  'POST /rest/api/v1/feedback': { scopes: { anyOf: ['FEEDBACK', 'ACTIVITY'] } },

  // Agents. The list of scopes gives all of them to AGENTS; "Basic usage" of the Client API asks for CHAT too
  // where an agent runs, which is an option of createGleanEndpoints.
  'POST /rest/api/v1/agents': { scopes: ['AGENTS'] },
  'POST /rest/api/v1/agents/runs/stream': { scopes: ['AGENTS'] },
  'POST /rest/api/v1/agents/runs/wait': { scopes: ['AGENTS'] },
  'POST /rest/api/v1/agents/search': { scopes: ['AGENTS'] },
  'GET /rest/api/v1/agents/{agent_id}': { scopes: ['AGENTS'] },
  'POST /rest/api/v1/agents/{agent_id}': { scopes: ['AGENTS'] },
  'POST /rest/api/v1/agents/{agent_id}/import': { scopes: ['AGENTS'] },
  'GET /rest/api/v1/agents/{agent_id}/schemas': { scopes: ['AGENTS'] },

  // Announcements
  'POST /rest/api/v1/createannouncement': { scopes: ['ANNOUNCEMENTS'] },
  'POST /rest/api/v1/deleteannouncement': { scopes: ['ANNOUNCEMENTS'] },
  'POST /rest/api/v1/updateannouncement': { scopes: ['ANNOUNCEMENTS'] },

  // Answers
  'POST /rest/api/v1/createanswer': { scopes: ['ANSWERS'] },
  'POST /rest/api/v1/deleteanswer': { scopes: ['ANSWERS'] },
  'POST /rest/api/v1/editanswer': { scopes: ['ANSWERS'] },
  'POST /rest/api/v1/getanswer': { scopes: ['ANSWERS'] },
  'POST /rest/api/v1/listanswers': { scopes: ['ANSWERS'] },

  // Authentication. No scope is documented. Both operations return a token of the user, so they require
  // the right to create tokens: the OAuth scope that Glean's API explorer requests here.
  'POST /rest/api/v1/checkdatasourceauth': { scopes: ['AUTH_TOKEN_CREATOR'] },
  'POST /rest/api/v1/createauthtoken': { scopes: ['AUTH_TOKEN_CREATOR'] },

  // Chat
  'POST /rest/api/v1/chat': { scopes: ['CHAT'] },
  'GET /rest/api/v1/chat-files/{fileId}': { scopes: ['CHAT'] },
  'POST /rest/api/v1/deleteallchats': { scopes: ['CHAT'] },
  'POST /rest/api/v1/deletechatfiles': { scopes: ['CHAT'] },
  'POST /rest/api/v1/deletechats': { scopes: ['CHAT'] },
  'POST /rest/api/v1/getchat': { scopes: ['CHAT'] },
  'POST /rest/api/v1/getchatapplication': { scopes: ['CHAT'] },
  'POST /rest/api/v1/getchatfiles': { scopes: ['CHAT'] },
  'POST /rest/api/v1/listchats': { scopes: ['CHAT'] },
  'POST /rest/api/v1/uploadchatfiles': { scopes: ['CHAT'] },

  // Collections
  'POST /rest/api/v1/addcollectionitems': { scopes: ['COLLECTIONS'] },
  'POST /rest/api/v1/createcollection': { scopes: ['COLLECTIONS'] },
  'POST /rest/api/v1/deletecollection': { scopes: ['COLLECTIONS'] },
  'POST /rest/api/v1/deletecollectionitem': { scopes: ['COLLECTIONS'] },
  'POST /rest/api/v1/editcollection': { scopes: ['COLLECTIONS'] },
  'POST /rest/api/v1/editcollectionitem': { scopes: ['COLLECTIONS'] },
  'POST /rest/api/v1/getcollection': { scopes: ['COLLECTIONS'] },
  'POST /rest/api/v1/listcollections': { scopes: ['COLLECTIONS'] },

  // Documents. No scope is documented for getdocpermissions: Glean lists DOCPERMISSIONS, its API explorer
  // requests DOCUMENTS.
  'POST /rest/api/v1/getdocpermissions': { scopes: { anyOf: ['DOCPERMISSIONS', 'DOCUMENTS'] } },
  'POST /rest/api/v1/getdocuments': { scopes: ['DOCUMENTS'] },
  'POST /rest/api/v1/getdocumentsbyfacets': { scopes: ['DOCUMENTS'] },

  // Entities. No scope is documented for people: Glean lists PEOPLE, its clients request ENTITIES.
  'POST /rest/api/v1/listentities': { scopes: ['ENTITIES'] },
  'POST /rest/api/v1/people': { scopes: { anyOf: ['PEOPLE', 'ENTITIES'] } },
  'GET /rest/api/v1/people/{person_id}/photo': { scopes: { anyOf: ['PEOPLE', 'ENTITIES'] } },

  // Insights
  'POST /rest/api/v1/insights': { scopes: ['INSIGHTS'] },

  // Messages. No scope is documented. The operation returns messages of connected chat systems, which is
  // more than an administrator who grants SEARCH or DOCUMENTS expects, so Mandate defines a scope for it.
  'POST /rest/api/v1/messages': { scopes: ['MESSAGES'] },

  // Pins
  'POST /rest/api/v1/editpin': { scopes: ['PINS'] },
  'POST /rest/api/v1/getpin': { scopes: ['PINS'] },
  'POST /rest/api/v1/listpins': { scopes: ['PINS'] },
  'POST /rest/api/v1/pin': { scopes: ['PINS'] },
  'POST /rest/api/v1/unpin': { scopes: ['PINS'] },

  // Search. FEED left Glean's list of scopes in 2025, when /feed became a part of search.
  'POST /rest/api/v1/adminsearch': { scopes: ['SEARCH'] },
  'POST /rest/api/v1/autocomplete': { scopes: ['SEARCH'] },
  'POST /rest/api/v1/feed': { scopes: { anyOf: ['FEED', 'SEARCH'] } },
  'POST /rest/api/v1/recommendations': { scopes: ['SEARCH'] },
  'POST /rest/api/v1/search': { scopes: ['SEARCH'] },

  // Shortcuts
  'POST /rest/api/v1/createshortcut': { scopes: ['SHORTCUTS'] },
  'POST /rest/api/v1/deleteshortcut': { scopes: ['SHORTCUTS'] },
  'POST /rest/api/v1/getshortcut': { scopes: ['SHORTCUTS'] },
  'POST /rest/api/v1/listshortcuts': { scopes: ['SHORTCUTS'] },
  'POST /rest/api/v1/updateshortcut': { scopes: ['SHORTCUTS'] },

  // Summarize
  'POST /rest/api/v1/summarize': { scopes: ['SUMMARIZE'] },

  // Tools
  'GET /rest/api/v1/actions/actionpack/{actionPackId}/auth': { scopes: ['TOOLS'] },
  'POST /rest/api/v1/actions/actionpack/{actionPackId}/auth': { scopes: ['TOOLS'] },
  'GET /rest/api/v1/tool-servers/{serverId}/auth': { scopes: ['TOOLS'] },
  'POST /rest/api/v1/tool-servers/{serverId}/auth': { scopes: ['TOOLS'] },
  'GET /rest/api/v1/tool-servers/{serverId}/tools': { scopes: ['TOOLS'] },
  'POST /rest/api/v1/tools/call': { scopes: ['TOOLS'] },
  'GET /rest/api/v1/tools/list': { scopes: ['TOOLS'] },

  // Verification
  'POST /rest/api/v1/addverificationreminder': { scopes: ['VERIFICATION'] },
  'POST /rest/api/v1/listverifications': { scopes: ['VERIFICATION'] },
  'POST /rest/api/v1/verify': { scopes: ['VERIFICATION'] },

  // Datasources. No scope is documented. The operations configure data sources and hold their credentials,
  // so Mandate defines a scope for them that no existing token has by accident.
  'GET /rest/api/v1/configure/datasources/{datasourceId}/instances/{instanceId}': {
    scopes: ['DATASOURCE_ADMIN'],
  },
  'PATCH /rest/api/v1/configure/datasources/{datasourceId}/instances/{instanceId}': {
    scopes: ['DATASOURCE_ADMIN'],
  },
  'POST /rest/api/v1/datasource/{datasourceInstanceId}/credentials': {
    scopes: ['DATASOURCE_ADMIN'],
  },
  'GET /rest/api/v1/datasource/{datasourceInstanceId}/credentialstatus': {
    scopes: ['DATASOURCE_ADMIN'],
  },

  // Governance
  'GET /rest/api/v1/governance/data/findings/exports': { scopes: ['DATA_GOVERNANCE'] },
  'POST /rest/api/v1/governance/data/findings/exports': { scopes: ['DATA_GOVERNANCE'] },
  'DELETE /rest/api/v1/governance/data/findings/exports/{id}': { scopes: ['DATA_GOVERNANCE'] },
  'GET /rest/api/v1/governance/data/findings/exports/{id}': { scopes: ['DATA_GOVERNANCE'] },
  'GET /rest/api/v1/governance/data/policies': { scopes: ['DATA_GOVERNANCE'] },
  'POST /rest/api/v1/governance/data/policies': { scopes: ['DATA_GOVERNANCE'] },
  'GET /rest/api/v1/governance/data/policies/{id}': { scopes: ['DATA_GOVERNANCE'] },
  'POST /rest/api/v1/governance/data/policies/{id}': { scopes: ['DATA_GOVERNANCE'] },
  'GET /rest/api/v1/governance/data/policies/{id}/download': { scopes: ['DATA_GOVERNANCE'] },
  'POST /rest/api/v1/governance/data/reports': { scopes: ['DATA_GOVERNANCE'] },
  'GET /rest/api/v1/governance/data/reports/{id}/download': { scopes: ['DATA_GOVERNANCE'] },
  'GET /rest/api/v1/governance/data/reports/{id}/status': { scopes: ['DATA_GOVERNANCE'] },
  'GET /rest/api/v1/governance/documents/visibilityoverrides': { scopes: ['CONTENT_HIDING'] },
  'POST /rest/api/v1/governance/documents/visibilityoverrides': { scopes: ['CONTENT_HIDING'] },
} as const satisfies GleanEndpointMap;
