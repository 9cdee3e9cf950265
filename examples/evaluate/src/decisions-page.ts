import type { AdminAccess } from '@mandate/console';
import { escapeHtml, sendPage, toTable } from '@mandate/example-pages';
import express, { type Router } from 'express';
import type { DecisionHistory, RecordedDecision } from './decision-history.js';

/** A live page with the latest decisions, for administrators only. */
export function createDecisionsPage(
  history: DecisionHistory,
  findAdmin: (cookie: string | null) => AdminAccess,
): Router {
  const page = express.Router();
  page.get('/', (req, res) => {
    const admin = findAdmin(req.get('cookie') ?? null);
    if (admin === undefined) return void res.sendStatus(403);
    if (admin === 'anonymous') return res.redirect(303, '/log-in?to=decisions');
    sendPage(res, {
      title: 'Decisions',
      lead: 'The latest hundred requests to the three servers, newest first, with the stages that each one passed. A rejected request failed at the stage after the last one. <a href="/admin">Console</a>',
      body: `<div data-live>${writeDecisions(history.latest)}</div>`,
      isLive: true,
      assets: '/assets',
    });
  });
  return page;
}

function writeDecisions(decisions: readonly RecordedDecision[]): string {
  if (decisions.length === 0) return '<p class="empty">No requests yet.</p>';
  const titles = ['Request', 'Decision', 'Caller', 'Stages', 'Time'];
  return toTable(titles, decisions.map(writeDecision));
}

function writeDecision(decision: RecordedDecision): readonly string[] {
  const { at, server, method, path, code, subject = '–', actor, stages } = decision;
  const caller = actor === undefined ? '' : `<span class="sub">sent by ${escapeHtml(actor)}</span>`;
  const items = stages.map(({ stage, found }) => `<li><b>${stage}</b> ${escapeHtml(found)}</li>`);
  return [
    `${escapeHtml(`${method} ${path}`)}<span class="sub">${server}</span>`,
    `<span class="badge ${code === 'allowed' ? 'good' : 'bad'}">${code}</span>`,
    escapeHtml(subject) + caller,
    items.length === 0 ? 'None' : `<ol class="stages">${items.join('')}</ol>`,
    `<time datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)} UTC</time>`,
  ];
}
