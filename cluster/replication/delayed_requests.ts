/**
 * The requests that wait for something to happen to a partition.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { type DelayedOperation, Purgatory } from "../server/purgatory.ts";
import type { Partition } from "./partition.ts";
import type { ReplicaConfig } from "./replica_config.ts";

/** How many requests wait, by kind. */
export interface DelayedCounts {
  /** Fetches that wait for records. */
  readonly fetch: number;
  /** Produces with acks=all that wait for followers. */
  readonly produce: number;
  /** Deletions of records that wait for followers. */
  readonly deleteRecords: number;
}

/** A purgatory for each kind of request that may have to wait for a partition. */
export class DelayedRequests {
  /** Fetches. */
  readonly fetch: Purgatory<Partition>;
  /** Produces with acks=all. */
  readonly produce: Purgatory<Partition>;
  /** Deletions of records. */
  readonly deleteRecords: Purgatory<Partition>;

  /** Nothing waits yet. */
  constructor(clock: Clock, config: ReplicaConfig) {
    const purgatory = (name: string): Purgatory<Partition> =>
      new Purgatory({
        clock,
        purgeInterval: () => config.int(`${name}.purgatory.purge.interval.requests`),
      });
    this.fetch = purgatory("fetch");
    this.produce = purgatory("producer");
    this.deleteRecords = purgatory("delete.records");
  }

  /** How many wait. */
  get counts(): DelayedCounts {
    return {
      fetch: this.fetch.delayed,
      produce: this.produce.delayed,
      deleteRecords: this.deleteRecords.delayed,
    };
  }

  /**
   * Records were appended to a partition. If the high watermark did not move with them, they are there for followers alone, and
   * change nothing for who waits for followers.
   */
  appended(partition: Partition, highWatermarkMoved: boolean): void {
    if (highWatermarkMoved) this.wake(partition);
    else this.fetch.checkAndComplete(partition);
  }

  /** Something has happened to a partition: its high or low watermark has moved, or its leader has changed, or it is gone. */
  wake(partition: Partition): void {
    this.produce.checkAndComplete(partition);
    this.fetch.checkAndComplete(partition);
    this.deleteRecords.checkAndComplete(partition);
  }

  /** Answers all that wait. */
  shutdown(): void {
    this.fetch.shutdown();
    this.produce.shutdown();
    this.deleteRecords.shutdown();
  }
}

/**
 * Lets an operation wait, unless it can be answered at once.
 *
 * @param operation makes it, with the function that it calls when it is decided
 * @returns resolves when it is decided; `undefined` when it is already
 */
export function decided(
  purgatory: Purgatory<Partition>,
  keys: readonly Partition[],
  timeoutMs: number,
  operation: (done: () => void) => DelayedOperation,
): Promise<void> | undefined {
  let resolve: (() => void) | undefined;
  if (purgatory.tryCompleteElseWatch(operation(() => resolve?.()), keys, timeoutMs)) return;
  return new Promise((answer) => resolve = answer);
}
