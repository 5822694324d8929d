/**
 * Partitions as numbers, so that arrays can say who has them.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { AssignablePartition, AssignableTopics } from "./partition_assignor.ts";

/** Topics are numbered in the order of their names, and partitions in the order of topics and partition numbers, both from 0. */
export class PartitionNumbering {
  /** The names of topics. */
  readonly topics: readonly string[];
  /** The partitions. */
  readonly partitions: readonly AssignablePartition[];
  /** The topic of each partition. */
  readonly topicOf: Uint32Array;
  /** The number of each topic's first partition; behind them, how many partitions there are. */
  readonly starts: Uint32Array;
  readonly #numbers: ReadonlyMap<string, number>;

  /**
   * Numbers the topics that have partitions and that somebody wants.
   *
   * @param wanted the names of topics, for each member
   */
  constructor(topics: AssignableTopics, wanted: readonly (readonly string[])[]) {
    const all = new Set<string>();
    for (const names of wanted) for (const name of names) all.add(name);
    this.topics = [...topics.keys()]
      .filter((name) => all.has(name) && topics.get(name)!.length > 0).sort();
    this.#numbers = new Map(this.topics.map((name, number) => [name, number]));
    this.partitions = this.topics.flatMap((name) => topics.get(name)!);
    this.topicOf = new Uint32Array(this.partitions.length);
    this.starts = new Uint32Array(this.topics.length + 1);
    for (const [topic, name] of this.topics.entries()) {
      const start = this.starts[topic]!;
      const end = start + topics.get(name)!.length;
      this.topicOf.fill(topic, start, end);
      this.starts[topic + 1] = end;
    }
  }

  /** The number of a topic; `undefined` for one that has none. */
  topicNumber(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  /** The number of a partition; `undefined` for one that does not exist. */
  numberOf({ topic, partition }: TopicPartition): number | undefined {
    const topicNumber = this.#numbers.get(topic);
    if (topicNumber === undefined) return undefined;
    const number = this.starts[topicNumber]! + partition;
    const isThere = this.topicOf[number] === topicNumber &&
      this.partitions[number]!.partition === partition;
    return isThere ? number : undefined;
  }

  /** The partition that has a number. */
  at(number: number): TopicPartition {
    return {
      topic: this.topics[this.topicOf[number]!]!,
      partition: this.partitions[number]!.partition,
    };
  }
}
