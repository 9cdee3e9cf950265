import type { Principal } from '@mandate/core';
import { toAuthRequest } from '@mandate/core/node';
import type { GetServerSideProps, GetServerSidePropsContext } from 'next';
import { getGuard } from './guard';
import { toOwnPath } from './to-own-path';

/**
 * Guards what a page loads by the entry of the map for its file: for every locale, also after a rewrite, and as
 * `_next/data`.
 * @param template the place of the file below `pages`, such as `/notes`.
 */
export function guardPage<Props extends Record<string, unknown>>(
  template: `/${string}`,
  load: (principal: Principal, context: GetServerSidePropsContext) => Promise<Props>,
): GetServerSideProps<Props> {
  return async (context) => {
    const path = toOwnPath(template, context.params ?? {});
    const decision = await getGuard().decide({ ...toAuthRequest(context.req), path });
    if (decision.allowed) return { props: await load(decision.principal, context) };
    const { status, headers, body } = decision.denial;
    // A page for people would redirect to the log-in instead.
    context.res.writeHead(status, headers).end(body);
    return { props: {} as Props }; // not sent, because the response has ended
  };
}
