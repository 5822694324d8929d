/**
 * When the metadata log lets go of what is old, and removes files that it has let go.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { RaftLog } from "./raft_log.ts";

/** How often old snapshots are looked for; Kafka's `KafkaRaftClient`. */
const CLEANING_INTERVAL_MS = 60_000;

/** What the log does from time to time. Times are ms since the epoch. */
export class LogCleaning {
  readonly #log: RaftLog;
  readonly #logger: Logger;
  #nextCleaning = 0;

  /** Due at once. */
  constructor(log: RaftLog, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  /** Looks for old snapshots for the first time after a whole interval. */
  start(now: number): void {
    this.#nextCleaning = now + CLEANING_INTERVAL_MS;
  }

  /** When there is something to do next. */
  get nextDueMs(): number {
    return Math.min(this.#nextCleaning, this.#log.nextPendingFileDueMs ?? Infinity);
  }

  /** Does what is due. What fails is tried again the next time. */
  run(now: number): void {
    try {
      this.#log.deletePendingFiles(now);
      if (now < this.#nextCleaning) return;
      this.start(now);
      this.#log.clean(now);
    } catch (error) {
      const { directory } = this.#log;
      this.#logger.write("error", "Failed to clean the metadata log", { directory, error });
    }
  }
}
