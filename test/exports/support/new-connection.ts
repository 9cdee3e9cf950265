import type { NewConnection } from '@mandate/exports';
import type { Crm } from '../../support/crm/crm.js';

/** What an administrator enters to connect the CRM as a Salesforce. */
export const toNewConnection = (crm: Crm): NewConnection => ({
  preset: 'salesforce',
  name: 'Engagements',
  siteId: 'site-1',
  authorizationEndpoint: crm.authorizationEndpoint,
  tokenEndpoint: crm.tokenEndpoint,
  clientId: crm.clientId,
  clientSecret: crm.clientSecret,
  destination: {
    kind: 'salesforce',
    object: 'Engagement__c',
    externalIdField: 'Engagement_Id__c',
    fields: { Type__c: 'engagement.type' },
    apiVersion: 'v62.0',
  },
});
