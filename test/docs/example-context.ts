/** What the examples of every package may use without declaring it. */
const EVERYWHERE = `
declare const guard: import('@mandate/core').Guard;
declare const verifier: import('@mandate/core').TokenVerifier;
`;

const KOA =
  "declare const router: import('@koa/router').RouterInstance; declare const app: import('koa');";

/** The rest, by package: each name stands for something that another example makes. */
const BY_PACKAGE: Readonly<Record<string, string>> = {
  core: `
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
declare const server: import('node:http').Server;
declare const request: import('@mandate/core/adapter').GuardedRequest;
declare const principal: import('@mandate/core').Principal;
declare const issuedTokens: import('@mandate/core').TokenVerifier;`,
  express: "declare const app: import('express').Express;",
  koa: KOA,
  nest: `
import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get, Module, Post } from '@nestjs/common';`,
  fastify: "declare const app: import('fastify').FastifyInstance;",
  hono: "declare const app: import('hono').Hono<import('@mandate/hono').AuthEnv>;",
  tokens: `
declare const store: import('@mandate/tokens').TokenStore;
declare const authority: import('@mandate/tokens').TokenAuthority;`,
  exports:
    "declare const store: import('@mandate/exports').ExportStore<import('@mandate/sql/exports').SqlTransaction>;",
  issuer: `
declare const directory: import('@mandate/issuer').ManagedDirectory;
declare const signingKeys: import('@mandate/issuer').SigningKeys;
declare const service: import('@mandate/issuer').AuthorizationService;
declare const limiter: import('@mandate/issuer').FlexibleLimiter;`,
  console: `
declare const app: import('express').Express;
declare const authority: import('@mandate/tokens').TokenAuthority;`,
  testing: `
declare const app: import('express').Express;`,
  sql: "declare const database: import('@mandate/sql').SqlDatabase;",
};

export function getContext(folder: string): string {
  return EVERYWHERE + (BY_PACKAGE[folder] ?? '');
}
