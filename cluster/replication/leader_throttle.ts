/**
 * What a leader holds back from followers, to keep to the rate of throttled replicas (KIP-73).
 *
 * @module
 */

import { type FetchParams, type FetchResult, isFromFollower } from "./fetch.ts";
import type { Partition } from "./partition.ts";
import type { ReplicaQuota } from "./replication_quota.ts";

/** Whether a follower gets nothing of a partition for now: its replica is throttled, there is no room, and it is not in sync. */
export function isHeldBack(
  quota: ReplicaQuota,
  partition: Partition,
  { replicaId }: FetchParams,
): boolean {
  return isFromFollower(replicaId) && !partition.isr.has(replicaId) &&
    quota.isThrottled(partition.topicPartition) && quota.isExceeded();
}

/** Takes note of what a follower is sent for throttled replicas. Those in sync count as well, so that all together keep to the rate. */
export function recordThrottled(
  quota: ReplicaQuota,
  { replicaId }: FetchParams,
  results: readonly FetchResult[],
): void {
  if (!isFromFollower(replicaId)) return;
  let bytes = 0;
  for (const { partition: { topic, partition }, records } of results) {
    if (records.size > 0 && quota.isThrottled({ topic: topic!, partition })) bytes += records.size;
  }
  if (bytes > 0) quota.record(bytes);
}
