import type { LogInCredentials } from './log-in-credentials.js';

/** The parameters of one authorization. */
export interface AuthorizationRequest {
  readonly credentials: LogInCredentials;
  readonly service?: string | undefined;
  /**
   * Required if the user is in several groups. The login key of a partner already names its group.
   */
  readonly groupId?: string | undefined;
  /** A whole number from 1 to 120. */
  readonly durationMinutes?: number | undefined;
  /** The IP address of the caller. Requests without an address share one limit. */
  readonly address?: string | undefined;
}

/** An issued token, and what it is valid for. */
export interface Authorization {
  readonly token: string;
  readonly tokenId: string;
  readonly expiresAt: Date;
  readonly subject: string;
  readonly groupId: string;
  readonly service: string;
  readonly scopes: readonly string[];
}

/** The longest lifetime of a token. */
export const MAX_DURATION_MINUTES = 120;

export function isDuration(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_DURATION_MINUTES;
}
