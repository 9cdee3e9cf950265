import type { Server } from 'node:http';
import type { Guard } from '@mandate/core';
import { onTestFinished } from 'vitest';
import { importGuide } from './guide-program.js';
import { listen } from './listen.js';
import { createSigningKey, signToken, toJwks, validClaims } from './tokens.js';

/** The program of the guide about WebSockets, with an issuer and a port that exist here. */
export interface ChatGuide {
  /** `ws://127.0.0.1:…/chat` */
  readonly url: string;
  readonly guard: Guard;
  issue(changes?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** @param pageOrigin takes the place of `https://app.example.com` */
export async function serveChatGuide(pageOrigin: string): Promise<ChatGuide> {
  const key = await createSigningKey('ES256');
  const issuer: string = await listen((request, response) => {
    const isMetadata = request.url === '/.well-known/openid-configuration';
    const metadata = { issuer, jwks_uri: `${issuer}/jwks.json` };
    response.end(JSON.stringify(isMetadata ? metadata : toJwks(key)));
  });
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
  return {
    url,
    guard,
    issue: (changes) => {
      const claims = { iss: issuer, aud: 'https://api.example.com', sub: 'ada', scope: 'CHAT' };
      return signToken(validClaims({ ...claims, ...changes }), { key });
    },
  };
}
