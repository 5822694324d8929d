/**
 * Logs that were made a moment ago: their names and topic ids are brought to the disk behind the back of whoever made them.
 *
 * Making a log waits for no disk. Were each to wait, thousands of topics would keep everybody else waiting; here many flushes are
 * under way at a time, which a disk does together, and one flush of the log directory serves all logs of a round. What a log
 * cannot wait for it does by itself: see `LogIdentity`.
 *
 * @module
 */

import type { Clock, Logger } from "../env.ts";
import { LogDirError } from "../errors.ts";
import { errorCode } from "../file/system_error.ts";
import { LogIdentity } from "../log/log_identity.ts";
import type { PartitionLog } from "../log/partition_log.ts";

/** Logs that are settled at a time. */
const LOGS_A_ROUND = 32;
/** Nothing is settled while logs are made one after the other: names are slow to make on a disk that flushes names. */
const QUIET_MS = 500;
/** But no longer than this. */
const LONGEST_DELAY_MS = 10_000;

/** What {@linkcode NewLogs} needs. */
export interface NewLogsOptions {
  /** For the delay. */
  readonly clock: Clock;
  /** Told of a log that could not be settled. */
  readonly logger: Logger;
  /** Whether logs are settled a while after they came, rather than by {@linkcode NewLogs.settle} alone. */
  readonly background: boolean;
}

/** The queue of new logs. */
export class NewLogs {
  readonly #options: NewLogsOptions;
  #queue: PartitionLog[] = [];
  #lastAddedAt = 0;
  /** Ends the delay. */
  #hurry = new AbortController();
  #delaying: Promise<void> | undefined;
  #working: Promise<void> | undefined;

  /** Starts empty. */
  constructor(options: NewLogsOptions) {
    this.#options = options;
  }

  /** Takes a log in. */
  add(log: PartitionLog): void {
    this.#queue.push(log);
    if (!this.#options.background) return;
    this.#lastAddedAt = this.#options.clock.monotonic();
    this.#start();
  }

  #start(): void {
    this.#delaying ??= this.#settleWhenQuiet().finally(() => {
      this.#delaying = undefined;
      if (this.#queue.length > 0) this.#start();
    });
  }

  /** Resolves once every log that is in the queue, or comes to it meanwhile, is settled, or its disk has failed. */
  async settle(): Promise<void> {
    this.#hurry.abort();
    while (this.#delaying !== undefined) await this.#delaying;
    await this.#work();
    this.#hurry = new AbortController();
  }

  async #settleWhenQuiet(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#hurry;
    const latest = clock.monotonic() + LONGEST_DELAY_MS;
    for (;;) {
      const now = clock.monotonic();
      const wait = Math.min(this.#lastAddedAt + QUIET_MS, latest) - now;
      if (wait <= 0 || signal.aborted) break;
      await clock.sleep(wait, signal).catch(() => {});
    }
    await this.#work();
  }

  #work(): Promise<void> {
    return this.#working ??= this.#settleAll().finally(() => this.#working = undefined);
  }

  async #settleAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const open = this.#queue.splice(0, LOGS_A_ROUND).filter((log) => !log.isClosed);
      await LogIdentity.settle(open.map(({ identity }) => identity), (directory, error) => {
        // One that was deleted meanwhile has lost its name. What else fails takes the directory offline by itself, or is made up
        // for when the log is written to.
        if (error instanceof LogDirError && errorCode(error.cause) === "ENOENT") return;
        const message = "Failed to bring a new log to the disk";
        this.#options.logger.write("warn", message, { directory, error });
      });
    }
  }
}
