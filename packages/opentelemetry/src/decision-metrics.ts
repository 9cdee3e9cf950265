import type { DecisionEvent } from '@mandate/core';
import type { Meter } from '@opentelemetry/api';
import { BoundedNames } from './bounded-names.js';

/** More endpoints than an API has. A map is written by its developers, so strangers cannot add values. */
const MAX_RULES = 1000;

/** A server for many tenants has more issuers than a dashboard can show. */
const MAX_ISSUERS = 20;

/** Decisions about remembered tokens take microseconds, those with a look-up milliseconds. */
const BOUNDARIES_SECONDS = [1e-6, 1e-5, 1e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** Counts the decisions of a guard and measures how long they take. */
export function createDecisionMetrics(meter: Meter): (event: DecisionEvent) => void {
  const decisions = meter.createCounter('mandate.decisions', {
    unit: '{decision}',
    description: 'Decisions of guards',
  });
  const duration = meter.createHistogram('mandate.decision.duration', {
    unit: 's',
    description: 'How long decisions take',
    advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
  });
  const rules = new BoundedNames(MAX_RULES);
  const issuers = new BoundedNames(MAX_ISSUERS);
  return ({ by, code, rule, issuer, durationMs }) => {
    decisions.add(1, {
      'mandate.decision.by': by,
      'mandate.code': code,
      'mandate.rule': rule === undefined ? 'none' : rules.toName(rule),
      // Only a verified token has an issuer here, so strangers cannot add values.
      'mandate.issuer': issuer === undefined ? 'none' : issuers.toName(issuer),
    });
    duration.record(durationMs / 1000, { 'mandate.decision.by': by, 'mandate.code': code });
  };
}
