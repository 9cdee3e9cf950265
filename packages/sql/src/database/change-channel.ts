/** The PostgreSQL channel that announces changes to other processes. */
export const CHANGES_CHANNEL = 'mandate_changes';

/** Announces that deliveries were stored. Every other change is the id of a token. */
export const DELIVERIES_CHANGE = 'deliveries';
