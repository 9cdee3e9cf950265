import type { Server } from 'node:http';
import type { Guard } from '@mandate/core';
import { onTestFinished } from 'vitest';
import { importGuide } from './guide-program.js';
import { listen } from './listen.js';
import { serveIssuer } from './serve-issuer.js';

/** The program of the guide about WebSockets, with an issuer and a port that exist here. */
export interface ChatGuide {
  /** `ws://127.0.0.1:…/chat` */
  readonly url: string;
  readonly guard: Guard;
  issue(changes?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** @param pageOrigin takes the place of `https://app.example.com` */
export async function serveChatGuide(pageOrigin: string): Promise<ChatGuide> {
  const { issuer, issue } = await serveIssuer();
  const { server, guard } = await importGuide<{ readonly server: Server; readonly guard: Guard }>(
    'packages/core/docs/websockets.md',
    {
      'https://sso.example.com/': issuer,
      'https://app.example.com': pageOrigin,
      'server.listen(3000);': 'export { guard, server };',
    },
  );
  const url = `${await listen(server)}/chat`.replace('http:', 'ws:');
  onTestFinished(() => void server.closeAllConnections());
  return { url, guard, issue: (changes) => issue({ scope: 'CHAT', ...changes }) };
}
