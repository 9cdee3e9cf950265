import type { Credentials } from './credentials.js';

/** What is asked for. */
export interface AuthorizationRequest {
  readonly credentials: Credentials;
  readonly service?: string | undefined;
  /** Required if the user is in several groups; a login key of a partner names it already. */
  readonly groupId?: string | undefined;
  /** A whole number from 1 to 120. */
  readonly durationMinutes?: number | undefined;
  /** The IP address that the request comes from. Without one, all such requests share one limit. */
  readonly address?: string | undefined;
}

/** A token, and what it is good for. */
export interface Authorization {
  readonly token: string;
  readonly tokenId: string;
  readonly expiresAt: Date;
  readonly subject: string;
  readonly groupId: string;
  readonly service: string;
  readonly scopes: readonly string[];
}

/** The longest that a token may live. */
export const MAX_DURATION_MINUTES = 120;

export function isDuration(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_DURATION_MINUTES;
}
