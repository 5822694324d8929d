/**
 * Which batches can be sent, and which of them make up the next request to a broker.
 *
 * @module
 */

import { RECORD_BATCH_OVERHEAD } from "../../storage/record/record_batch.ts";
import type { MetadataCache } from "../metadata_cache.ts";
import type { PartitionQueue } from "./partition_queue.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import type { RecordAccumulator } from "./record_accumulator.ts";
import type { TransactionManager } from "./transaction_manager.ts";

/** What waits for one broker. */
export interface NodeQueues {
  /** The broker. */
  readonly nodeId: number;
  /** Queues of partitions that it leads, the longest not served first. */
  readonly queues: PartitionQueue[];
  /** Whether one of them need not wait any longer. */
  isReady: boolean;
}

/** What can be sent. */
export interface ReadyCheck {
  /** By broker. */
  readonly nodes: ReadonlyMap<number, NodeQueues>;
  /** When something will be that is not yet, on the monotonic clock; infinite for nothing. */
  readonly nextCheckMs: number;
  /** Topics with records for partitions whose leader is not known. */
  readonly withoutLeader: ReadonlySet<string>;
}

/**
 * Looks at all queues.
 *
 * @param lingerMs how long a batch waits for more records
 * @param isUrgent whether no batch waits: memory is short, or somebody waits for all
 */
export function checkReady(
  accumulator: RecordAccumulator,
  metadata: MetadataCache,
  now: number,
  lingerMs: number,
  isUrgent: boolean,
): ReadyCheck {
  const nodes = new Map<number, NodeQueues>();
  const withoutLeader = new Set<string>();
  let nextCheckMs = Infinity;
  for (const queue of accumulator.active) {
    const batch = queue.batches[0]!;
    const partition = metadata.topic(queue.topic)?.partitions[queue.partition];
    const leader = partition?.leader ?? -1;
    if (partition === undefined || !metadata.nodes.has(leader)) {
      withoutLeader.add(queue.topic);
      continue;
    }
    batch.observeLeaderEpoch(partition.leaderEpoch);
    let node = nodes.get(leader);
    if (node === undefined) {
      node = { nodeId: leader, queues: [], isReady: false };
      nodes.set(leader, node);
    }
    node.queues.push(queue);
    if (node.isReady || queue.isMuted) continue;
    if (batch.isBackingOff(now)) {
      nextCheckMs = Math.min(nextCheckMs, batch.retryAtMs);
      continue;
    }
    const dueMs = batch.waitingSinceMs + lingerMs;
    if (isUrgent || now >= dueMs || queue.batches.length > 1 || batch.isFull) node.isReady = true;
    else nextCheckMs = Math.min(nextCheckMs, dueMs);
  }
  return { nodes, nextCheckMs, withoutLeader };
}

/**
 * Takes the batches of the next request out of their queues, at most one a partition. Those that wait for more records go along.
 *
 * @param maxBytes most bytes of a request; a batch that is larger goes alone
 */
export function drain(
  accumulator: RecordAccumulator,
  { queues }: NodeQueues,
  transactions: TransactionManager | undefined,
  maxBytes: number,
  now: number,
): readonly ProducerBatch[] {
  const drained: ProducerBatch[] = [];
  let bytes = 0;
  for (const queue of queues) {
    const batch = queue.batches[0];
    if (batch === undefined || queue.isMuted || batch.isBackingOff(now)) continue;
    if (drained.length > 0 && bytes + batch.estimatedBytes > maxBytes) break;
    if (transactions !== undefined) {
      if (!transactions.maySend(batch)) continue;
      transactions.sequences.assign(batch);
    }
    accumulator.takeFirst(queue);
    bytes += built(accumulator, batch);
    drained.push(batch);
  }
  return drained;
}

/** Writes a batch's header, and learns how well it compresses. Returns its bytes. */
function built(accumulator: RecordAccumulator, batch: ProducerBatch): number {
  if (batch.isBuilt) return batch.build().length;
  const before = batch.uncompressedBytes - RECORD_BATCH_OVERHEAD;
  const { length } = batch.build();
  accumulator.topic(batch.queue.topic).ratio.observe((length - RECORD_BATCH_OVERHEAD) / before);
  return length;
}
