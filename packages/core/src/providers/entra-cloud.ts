import { checkChoice } from './check-values.js';

/** The clouds of Microsoft, by the host of their sign-in pages, each with its host of version 1. They share no keys. */
export const V1_HOSTS = {
  'login.microsoftonline.com': 'sts.windows.net',
  'login.microsoftonline.us': 'sts.windows.net',
  'login.partner.microsoftonline.cn': 'sts.chinacloudapi.cn',
} as const;

export type AuthorityHost = keyof typeof V1_HOSTS;

/** @throws TypeError if the option is not the host of a cloud. Another host would choose the keys. */
export function toAuthorityHost(
  owner: string,
  host: AuthorityHost = 'login.microsoftonline.com',
): AuthorityHost {
  checkChoice({ owner, name: 'authorityHost' }, host, Object.keys(V1_HOSTS));
  return host;
}
