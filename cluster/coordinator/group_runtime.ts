/**
 * The runtime of groups, as the handlers of requests see it.
 *
 * @module
 */

import type { Moment, Output, Reply } from "./coordinator_shard.ts";
import type { GroupCoordinatorShard } from "./group_coordinator_shard.ts";
import type { GroupRecord } from "./group_records.ts";

/** Something to be done with the groups of a partition of `__consumer_offsets`. */
export type GroupRuntimeOperation<R> = (
  shard: GroupCoordinatorShard,
  reply: Reply<R>,
  out: Output<GroupRecord>,
  now: Moment,
) => void;

/** Runs operations on groups; a `CoordinatorRuntime` of them does. */
export interface GroupRuntime {
  /** Whether a partition is being loaded. */
  readonly isLoading: boolean;
  /**
   * The partition that has a group.
   *
   * @throws {KafkaError} `COORDINATOR_NOT_AVAILABLE`
   */
  partitionFor(groupId: string): number;
  /**
   * Runs an operation.
   *
   * @throws {KafkaError} `NOT_COORDINATOR` and the like
   */
  run<R>(partition: number, operation: GroupRuntimeOperation<R>): R | Promise<R>;
  /** The groups of every partition that is coordinated here. */
  shards(): Iterable<GroupCoordinatorShard>;
}
