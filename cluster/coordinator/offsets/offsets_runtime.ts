/**
 * The runtime of groups, as those who deal with offsets see it.
 *
 * @module
 */

import type { CoordinatedTransaction } from "../../replication/produce_append.ts";
import type { Moment, Output, Reply } from "../coordinator_shard.ts";
import type { GroupRecord } from "../group_records.ts";
import type { OffsetStore } from "./offset_store.ts";

/** Something to be done with the offsets of a partition of `__consumer_offsets`. */
export type OffsetsOperation<R> = (
  shard: { readonly offsets: OffsetStore },
  reply: Reply<R>,
  out: Output<GroupRecord>,
  now: Moment,
) => void;

/** Runs operations on the offsets of groups; the `CoordinatorRuntime` of groups does. */
export interface OffsetsRuntime {
  /** The partition that has a group. */
  partitionFor(groupId: string): number;
  /** Runs an operation. */
  run<R>(partition: number, operation: OffsetsOperation<R>): R | Promise<R>;
  /** Runs an operation whose records belong to a transaction. */
  runInTransaction<R>(
    partition: number,
    transaction: CoordinatedTransaction,
    operation: OffsetsOperation<R>,
  ): Promise<R>;
}
