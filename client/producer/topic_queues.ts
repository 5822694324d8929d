/**
 * What waits to be sent to one topic.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import type { TopicMetadata } from "../metadata_cache.ts";
import { CompressionRatio } from "./compression_ratio.ts";
import { PartitionQueue } from "./partition_queue.ts";
import { type PartitionLoad, StickyPartitioner } from "./sticky_partitioner.ts";

/** What the queues of a topic are made of. */
export interface TopicQueuesOptions {
  /** For the choice of partitions. */
  readonly random: Random;
  /** `batch.size`. */
  readonly batchSize: number;
  /** `partitioner.adaptive.partitioning.enable`. */
  readonly isAdaptive: boolean;
  /** Whether a broker has taken no records for so long that its partitions are passed over. */
  readonly isSlow: (nodeId: number) => boolean;
}

/** The queues of a topic's partitions, and how one of them is chosen for a record that has no preference. */
export class TopicQueues {
  /** Name of the topic. */
  readonly name: string;
  /** How well its records compress. */
  readonly ratio: CompressionRatio = new CompressionRatio();
  /** Chooses partitions. */
  readonly sticky: StickyPartitioner;
  readonly #options: TopicQueuesOptions;
  readonly #queues: (PartitionQueue | undefined)[] = [];
  #count = 0;

  /** Starts without any. */
  constructor(name: string, options: TopicQueuesOptions) {
    this.name = name;
    this.#options = options;
    this.sticky = new StickyPartitioner({
      stickyBytes: options.batchSize,
      random: options.random,
      load: (topic) => options.isAdaptive ? this.#load(topic) : undefined,
    });
  }

  /** The queue of a partition, empty when there was none. */
  queue(partition: number): PartitionQueue {
    const known = this.#queues[partition];
    if (known !== undefined) return known;
    this.#count++;
    return this.#queues[partition] = new PartitionQueue(this.name, partition);
  }

  /** `undefined` until every partition has had a batch, else those without would never get one. */
  #load({ partitions }: TopicMetadata): PartitionLoad | undefined {
    if (this.#count < partitions.length) return undefined;
    const numbers: number[] = [];
    const queueSizes: number[] = [];
    for (const queue of this.#queues) {
      if (queue === undefined) continue;
      const leader = partitions[queue.partition]?.leader ?? -1;
      const { length } = queue.batches;
      if (leader < 0 || (length > 0 && this.#options.isSlow(leader))) continue;
      numbers.push(queue.partition);
      queueSizes.push(length);
    }
    return { partitions: numbers, queueSizes, hasExcluded: numbers.length < this.#count };
  }
}
