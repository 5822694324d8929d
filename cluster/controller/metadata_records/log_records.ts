/**
 * Metadata records that are about the log itself. Their tables are in `storage/message/schemas/cluster_metadata.ts`.
 *
 * @module
 */

/** What follows belongs together. */
export interface BeginTransactionRecord {
  /** Name of what is done, for people. */
  readonly name: string | null;
}

/** What belongs together ends, and counts. */
// deno-lint-ignore no-empty-interface
export interface EndTransactionRecord {}

/** What belongs together ends, and does not count. */
export interface AbortTransactionRecord {
  /** Why, for the log. */
  readonly reason: string | null;
}

/** Nothing happens; keeps the log moving. */
// deno-lint-ignore no-empty-interface
export interface NoOpRecord {}

/** The migration from ZooKeeper reaches a state. */
export interface ZkMigrationStateRecord {
  /** State of the migration from ZooKeeper. */
  readonly zkMigrationState: number;
}
