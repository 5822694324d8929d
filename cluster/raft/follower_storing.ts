/**
 * Storing what the leader has sent, and telling the replica what has come of it.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { CorruptRecordError } from "../../storage/errors.ts";
import type { FollowerLog, FollowerOutput } from "./follower_log.ts";
import type { ReplicaSteps } from "./raft_io.ts";
import type { RaftLog } from "./raft_log.ts";

/** What {@linkcode FollowerStoring} is made of. */
export interface FollowerStoringOptions {
  /** Takes what cannot be told to anybody. */
  readonly logger: Logger;
  /** The log, to look at. */
  readonly log: Pick<RaftLog, "directory" | "highWatermark">;
  /** The log, as a follower changes it. */
  readonly follower: Pick<FollowerLog, "apply" | "close">;
  /** Tells the replica. */
  readonly steps: ReplicaSteps;
  /** Told when a snapshot has moved the high watermark. */
  readonly onCommitted: () => void;
}

/** Stores one thing at a time: the replica puts out the next one when it is told of the last. */
export class FollowerStoring {
  readonly #options: FollowerStoringOptions;
  #storing: Promise<void> | undefined;

  /** Nothing is under way. */
  constructor(options: FollowerStoringOptions) {
    this.#options = options;
  }

  /** Does what the replica has put out. */
  store(output: FollowerOutput): void {
    let stored: Promise<void> | "done" | undefined;
    try {
      stored = this.#options.follower.apply(output);
    } catch (error) {
      this.#refused(error);
      return;
    }
    if (stored === "done") this.#stored(true);
    else if (stored !== undefined) this.#storing = this.#whenStored(stored);
  }

  /** Something that was put out is not going to be stored; the replica is told once what is being done has ended. */
  drop(): void {
    queueMicrotask(() => this.#stored(false));
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    await this.#storing;
  }

  /** Lets go of a snapshot that is not there as a whole. */
  close(): void {
    this.#options.follower.close();
  }

  async #whenStored(stored: Promise<void>): Promise<void> {
    const { log, steps, onCommitted } = this.#options;
    const committed = log.highWatermark;
    try {
      await stored;
    } catch (error) {
      // A snapshot that is none was not taken; but nobody knows what is on the disk after a flush that failed.
      if (error instanceof CorruptRecordError) this.#refused(error);
      else steps.fail(error);
      return;
    }
    if (steps.isStopped) return;
    if (log.highWatermark > committed) onCommitted();
    this.#stored(true);
  }

  /** What the leader has sent could not be taken, and the log is as before. */
  #refused(error: unknown): void {
    const { logger, log: { directory } } = this.#options;
    logger.write("error", "Failed to take over what the leader has sent", { directory, error });
    this.#stored(false);
  }

  #stored(isStored: boolean): void {
    const { steps } = this.#options;
    if (!steps.isStopped) steps.tryStep({ type: "stored", isStored });
  }
}
