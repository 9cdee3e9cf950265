import type { Page } from 'playwright-core';
import type { Crm } from '../support/crm/crm.js';

/** Types the name, the provider and the client of a connection into its form. */
export async function fillConnection(page: Page, crm: Crm): Promise<void> {
  await page.getByLabel('Name').fill('The CRM');
  await page.getByLabel('Site ID').fill('site-1');
  await page.getByLabel('Authorization URL').fill(crm.authorizationEndpoint);
  await page.getByLabel('Access token URL').fill(crm.tokenEndpoint);
  await page.getByLabel('Client ID').fill(crm.clientId);
  await page.getByLabel('Client secret').fill(crm.clientSecret);
}
