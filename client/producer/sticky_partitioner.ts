/**
 * Choosing partitions for records without a key: one partition until a batch is full, then another (Kafka's `BuiltInPartitioner`,
 * KIP-480 and KIP-794).
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import type { TopicMetadata } from "../metadata_cache.ts";

/** How many batches wait for each partition that can be chosen. */
export interface PartitionLoad {
  /** Numbers of the partitions. */
  readonly partitions: readonly number[];
  /** Batches that wait for each of them. */
  readonly queueSizes: readonly number[];
  /** Whether partitions are left out that take no records at present. */
  readonly hasExcluded: boolean;
}

/** What a {@linkcode StickyPartitioner} is made of. */
export interface StickyPartitionerOptions {
  /** Bytes to a partition before another is chosen: the size of a batch. */
  readonly stickyBytes: number;
  /** For the choice. */
  readonly random: Random;
  /** The load of the partitions; `undefined` when it is not known, or must not matter. */
  readonly load: (topic: TopicMetadata) => PartitionLoad | undefined;
}

/** The choice for one topic. */
export class StickyPartitioner {
  readonly #options: StickyPartitionerOptions;
  #partition = -1;
  #bytes = 0;

  /** Has chosen nothing yet. */
  constructor(options: StickyPartitionerOptions) {
    this.#options = options;
  }

  /** The partition that records go to at present. */
  current(topic: TopicMetadata): number {
    if (this.#partition < 0) this.#partition = this.#next(topic);
    return this.#partition;
  }

  /**
   * Notes what has gone to the current partition, and chooses another when that is enough: at once when its batches are full,
   * else batches would be sent half full, at the latest at twice the size of a batch.
   *
   * @param bytes what was appended
   * @param allFull whether no batch of the partition takes more records
   */
  appended(bytes: number, allFull: boolean, topic: TopicMetadata): void {
    const { stickyBytes } = this.#options;
    this.#bytes += bytes;
    if (this.#bytes < stickyBytes || (!allFull && this.#bytes < 2 * stickyBytes)) return;
    this.#partition = this.#next(topic);
    this.#bytes = 0;
  }

  #next(topic: TopicMetadata): number {
    const { random, load } = this.#options;
    const { partitions } = topic;
    const weighted = weights(load(topic));
    if (weighted !== undefined) {
      const { numbers, sums } = weighted;
      const at = Math.floor(random.next() * sums.at(-1)!);
      return numbers[sums.findIndex((sum) => sum > at)]!;
    }
    const led = partitions.filter(({ leader }) => leader >= 0);
    const choice = led.length > 0 ? led : partitions;
    return choice[Math.floor(random.next() * choice.length)]!.partition;
  }
}

/** The longer the queue of a partition, the less often it is chosen; `undefined` when all are equal. */
function weights(
  load: PartitionLoad | undefined,
): { readonly numbers: readonly number[]; readonly sums: readonly number[] } | undefined {
  if (load === undefined) return undefined;
  const { partitions: numbers, queueSizes, hasExcluded } = load;
  if (numbers.length === 0 || (numbers.length < 2 && !hasExcluded)) return undefined;
  const longest = Math.max(...queueSizes);
  if (!hasExcluded && queueSizes.every((size) => size === longest)) return undefined;
  let sum = 0;
  const sums = queueSizes.map((size) => sum += longest + 1 - size);
  return { numbers, sums };
}
