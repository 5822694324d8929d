/**
 * The consumer (Kafka's `KafkaConsumer`).
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { Deadline } from "../network/deadline.ts";
import type { PartitionMetadata, TopicMetadata } from "../metadata_cache.ts";
import {
  type TopicPartitionMap,
  TopicPartitionSet,
} from "../../storage/file/topic_partition_map.ts";
import {
  type AutoOffsetReset,
  EARLIEST_TIMESTAMP,
  LATEST_TIMESTAMP,
  RESET_EARLIEST,
  RESET_LATEST,
} from "./auto_offset_reset.ts";
import { IllegalConsumerStateError } from "./consumer_errors.ts";
import { ConsumerCore } from "./consumer_core.ts";
import type { ConsumerGroupMetadata } from "./consumer_group_metadata.ts";
import type { ConsumerOptions, OffsetAndTimestamp, WaitOptions } from "./consumer_options.ts";
import type { ConsumerRecord } from "./consumer_record.ts";
import type { ConsumerRecords } from "./consumer_records.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import {
  commitAsync,
  commitSync,
  committed,
  enforceRebalance,
  groupOf,
  subscribe,
  unsubscribe,
} from "./group_calls.ts";
import { GroupSession } from "./group/group_session.ts";
import type { OffsetCommitCallback } from "./group_membership.ts";
import type { OffsetWait } from "./offset_fetcher.ts";
import type { RebalanceListener } from "./rebalance_listener.ts";
import { beginningOrEndOffsets, currentLag, offsetsForTimes } from "./offset_queries.ts";
import { currentLeader } from "./partition_leaders.ts";
import { recordStream } from "./record_iterator.ts";
import { pollsOf, recordsOf } from "./record_loops.ts";
import { listTopics, partitionsFor } from "./topic_queries.ts";

/** How long closing may take unless told otherwise, ms. */
const DEFAULT_CLOSE_TIMEOUT_MS = 30_000;

/** How a consumer is closed. */
export interface CloseOptions {
  /** How long it may take to tell brokers, ms. Default: 30,000. */
  readonly timeoutMs?: number;
}

/**
 * Reads records from topics: those of partitions that are named, or of partitions that its group gives it. Records are fetched ahead, as much as
 * `fetch.max.bytes` and `max.partition.fetch.bytes` allow.
 *
 * One poll at a time; other methods may be called meanwhile.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Consumer, Producer } from "@seglog/seglog/client";
 * import { Broker } from "@seglog/seglog/cluster";
 * import { string } from "@seglog/seglog/storage";
 *
 * const dir = await Deno.makeTempDir();
 * {
 *   await using broker = await Broker.start({ dir, port: 0 });
 *   const { host, port } = broker.address;
 *   const bootstrapServers = `${host}:${port}`;
 *   await using producer = new Producer({ bootstrapServers });
 *   await producer.send({ topic: "greetings", value: "hello" });
 *
 *   await using consumer = new Consumer({ bootstrapServers, valueDeserializer: string() });
 *   consumer.assign([{ topic: "greetings", partition: 0 }]);
 *   consumer.seekToBeginning();
 *   for await (const { offset, value } of consumer) {
 *     assertEquals([offset, value], [0, "hello"]);
 *     break;
 *   }
 * }
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class Consumer<K = Uint8Array, V = Uint8Array>
  implements AsyncDisposable, AsyncIterable<ConsumerRecord<K, V>> {
  readonly #core: ConsumerCore<K, V>;

  /**
   * Starts without a connection.
   *
   * @throws {InvalidConfigError} in Kafka's words
   */
  constructor(options: ConsumerOptions<K, V>) {
    this.#core = new ConsumerCore(options, (parts, groupId) => new GroupSession(parts, groupId));
  }

  /** The partitions that it has. */
  assignment(): readonly TopicPartition[] {
    return this.#open.subscription.assignedPartitions();
  }

  /** The topics that it is subscribed to; none when partitions were assigned. */
  subscription(): readonly string[] {
    return [...this.#open.subscription.topics];
  }

  /**
   * Subscribes to topics by name, or to those whose names match a pattern, in place of those before: the group gives their partitions to its members. No topics
   * end the subscription.
   *
   * @param listener told which partitions come and go
   * @throws {IllegalConsumerStateError} when partitions are assigned, or there is the other kind of subscription
   * @throws {KafkaError} `INVALID_GROUP_ID` without `group.id`
   */
  subscribe(topics: string | RegExp | Iterable<string>, listener?: RebalanceListener): void {
    subscribe(this.#open, typeof topics === "string" ? [topics] : topics, listener);
  }

  /** Ends the subscription or the assignment, whichever there is, and leaves the group. */
  async unsubscribe(): Promise<void> {
    await unsubscribe(this.#open);
  }

  /**
   * Takes these partitions, in place of those before; those that stay keep their positions. No group has a say in it.
   *
   * @throws {IllegalConsumerStateError} when there is a subscription
   */
  assign(partitions: Iterable<TopicPartition>): void {
    const core = this.#open;
    const wanted = new TopicPartitionSet(partitions);
    for (const { topic } of wanted) {
      if (typeof topic === "string" && topic.trim() !== "") continue;
      throw new TypeError("Topic partitions to assign to cannot have null or empty topic");
    }
    if (wanted.size === 0) return void unsubscribe(core);
    // No rebalance follows that would commit what was read of partitions that go.
    core.group?.maybeAutoCommit();
    core.subscription.assignFromUser(wanted);
    core.fetcher.retain((topicPartition) => wanted.has(topicPartition));
    core.followTopics();
    core.wake();
  }

  /**
   * Records, as soon as there are any: at most `max.poll.records`, those of a partition in their order. None when the time is over.
   *
   * @param timeoutMs how long to wait for them, ms
   * @throws the signal's reason, when it aborts first; no record is lost then
   * @throws {IllegalConsumerStateError} when there is nothing to read from, when another poll has not ended, and when the consumer is closed
   * @throws {InvalidOffsetError} when there is no offset to go on from, and `auto.offset.reset` is `none`
   * @throws {RecordDeserializationError} for a record that a deserializer does not take
   * @throws {ConsumerError} for what cannot be read
   * @throws {KafkaError} what brokers say that does not pass
   */
  poll(
    timeoutMs: number,
    { signal }: Pick<WaitOptions, "signal"> = {},
  ): Promise<ConsumerRecords<K, V>> {
    return this.#core.poll(timeoutMs, signal);
  }

  /** Fetches no more from partitions until they are resumed. */
  pause(partitions: Iterable<TopicPartition>): void {
    const { subscription } = this.#open;
    for (const topicPartition of partitions) subscription.state(topicPartition).isPaused = true;
  }

  /** Goes on with partitions that were paused. */
  resume(partitions: Iterable<TopicPartition>): void {
    const core = this.#open;
    for (const topicPartition of partitions) {
      core.subscription.state(topicPartition).isPaused = false;
    }
    core.wake();
  }

  /** The partitions that are paused. */
  paused(): readonly TopicPartition[] {
    return this.#open.subscription.pausedPartitions();
  }

  /**
   * Goes on elsewhere in a partition: at an offset, or at one that was committed, with its leader's epoch if that is known.
   *
   * @throws {RangeError} for a negative offset
   */
  seek(partition: TopicPartition, to: number | OffsetAndMetadata): void {
    const core = this.#open;
    const { offset, leaderEpoch: offsetEpoch = -1 } = typeof to === "number" ? { offset: to } : to;
    if (!(offset >= 0)) throw new RangeError("seek offset must not be a negative number");
    const leader = currentLeader(core.client.metadata, partition);
    core.subscription.state(partition)
      .seekUnvalidated({ offset, offsetEpoch, currentLeader: leader });
    core.wake();
  }

  /** Goes to the first offset of partitions, by default of all; it is looked up by the next poll. */
  seekToBeginning(partitions: Iterable<TopicPartition> = []): void {
    this.#reset(partitions, RESET_EARLIEST);
  }

  /** Goes behind the last record of partitions, by default of all; it is looked up by the next poll. */
  seekToEnd(partitions: Iterable<TopicPartition> = []): void {
    this.#reset(partitions, RESET_LATEST);
  }

  /**
   * The offset of the next record that a poll returns.
   *
   * @throws {KafkaError} `REQUEST_TIMED_OUT` when it cannot be found in time
   */
  async position(partition: TopicPartition, wait: WaitOptions = {}): Promise<number> {
    const { subscription, env, settings } = this.#open;
    if (!subscription.isAssigned(partition)) {
      throw new IllegalConsumerStateError(
        "You can only check the position for partitions assigned to this consumer.",
      );
    }
    const { timeoutMs = settings.apiTimeoutMs, signal } = wait;
    const text = `Timeout of ${timeoutMs}ms expired before the position for partition ` +
      `${topicPartitionKey(partition)} could be determined`;
    using deadline = new Deadline(env.clock, timeoutMs, text, signal);
    return await this.#core.awaitPositions(
      () => subscription.state(partition).validPosition?.offset,
      deadline.signal,
    );
  }

  /**
   * What the group has committed; `null` for nothing.
   *
   * @throws {KafkaError} `REQUEST_TIMED_OUT`, and what the coordinator says that does not pass
   */
  async committed(
    partitions: Iterable<TopicPartition>,
    wait: WaitOptions = {},
  ): Promise<TopicPartitionMap<OffsetAndMetadata | null>> {
    return await committed(this.#open, partitions, this.#wait(wait));
  }

  /**
   * Commits offsets, by default the positions of all partitions, and waits until the group has them. What fails and may pass is tried again.
   *
   * @param offsets the offsets of the next records to read
   * @throws {CommitFailedError} when the partitions belong to another member by now
   * @throws {KafkaError} `REQUEST_TIMED_OUT`, and what the coordinator says that does not pass
   */
  async commitSync(
    offsets?: Iterable<readonly [TopicPartition, OffsetAndMetadata]>,
    wait: WaitOptions = {},
  ): Promise<void> {
    await commitSync(this.#open, offsets, this.#wait(wait));
  }

  /**
   * Commits offsets in the background, by default the positions of all partitions. What fails is not tried again: a later commit might be overtaken.
   *
   * @param callback told what became of it
   */
  commitAsync(
    offsets?: Iterable<readonly [TopicPartition, OffsetAndMetadata]>,
    callback?: OffsetCommitCallback,
  ): void {
    commitAsync(this.#open, offsets, callback);
  }

  /**
   * Who this consumer is in its group: what a producer's `sendOffsetsToTransaction` is told.
   *
   * @throws {KafkaError} `INVALID_GROUP_ID` without `group.id`
   */
  groupMetadata(): ConsumerGroupMetadata {
    return groupOf(this.#open).metadata;
  }

  /** Lets the group share its partitions anew with the next poll. */
  enforceRebalance(reason?: string): void {
    enforceRebalance(this.#open, reason);
  }

  /**
   * The first records that are as new as these timestamps; `null` where there is none.
   *
   * @param timestamps ms since the epoch
   * @throws {KafkaError} `REQUEST_TIMED_OUT`
   */
  async offsetsForTimes(
    timestamps: Iterable<readonly [TopicPartition, number]>,
    wait: WaitOptions = {},
  ): Promise<TopicPartitionMap<OffsetAndTimestamp | null>> {
    return await offsetsForTimes(this.#open, timestamps, this.#wait(wait));
  }

  /**
   * The first offsets of partitions.
   *
   * @throws {KafkaError} `REQUEST_TIMED_OUT`
   */
  async beginningOffsets(
    partitions: Iterable<TopicPartition>,
    wait: WaitOptions = {},
  ): Promise<TopicPartitionMap<number>> {
    return await beginningOrEndOffsets(
      this.#open,
      partitions,
      EARLIEST_TIMESTAMP,
      this.#wait(wait),
    );
  }

  /**
   * The offsets behind the last records that this consumer can read.
   *
   * @throws {KafkaError} `REQUEST_TIMED_OUT`
   */
  async endOffsets(
    partitions: Iterable<TopicPartition>,
    wait: WaitOptions = {},
  ): Promise<TopicPartitionMap<number>> {
    return await beginningOrEndOffsets(this.#open, partitions, LATEST_TIMESTAMP, this.#wait(wait));
  }

  /** Records that are still to be read in a partition; `undefined` when it is not known yet: then it is asked for, and a later call tells. */
  currentLag(partition: TopicPartition): number | undefined {
    const { subscription, settings: { isolationLevel, apiTimeoutMs } } = this.#open;
    return currentLag(this.#core, subscription, partition, isolationLevel, apiTimeoutMs);
  }

  /**
   * The partitions of a topic; none when there is no such topic.
   *
   * @throws {KafkaError} `REQUEST_TIMED_OUT`
   */
  async partitionsFor(
    topic: string,
    wait: WaitOptions = {},
  ): Promise<readonly PartitionMetadata[]> {
    return await partitionsFor(this.#open, topic, this.#wait(wait));
  }

  /**
   * All topics that this consumer may see, by name.
   *
   * @throws {KafkaError} `REQUEST_TIMED_OUT`
   */
  async listTopics(wait: WaitOptions = {}): Promise<ReadonlyMap<string, TopicMetadata>> {
    return await listTopics(this.#open, this.#wait(wait));
  }

  /**
   * Records without an end, one after the other, until the consumer is closed. Who stops gets the rest of the last poll again with the next.
   *
   * @throws as {@linkcode Consumer.poll}, the signal's reason among others
   */
  records({ signal }: Pick<WaitOptions, "signal"> = {}): AsyncIterableIterator<
    ConsumerRecord<K, V>
  > {
    return recordsOf(this.#core, signal);
  }

  /** As {@linkcode Consumer.records}. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ConsumerRecord<K, V>> {
    return recordsOf(this.#core, undefined);
  }

  /** What polls return, without an end: the quickest way to read much. */
  batches(
    { signal }: Pick<WaitOptions, "signal"> = {},
  ): AsyncIterableIterator<ConsumerRecords<K, V>> {
    return pollsOf(this.#core, signal);
  }

  /** The same as {@linkcode Consumer.records}, as a stream. It reads no further than it is asked; canceling it does not close the consumer. */
  stream(options: Pick<WaitOptions, "signal"> = {}): ReadableStream<ConsumerRecord<K, V>> {
    return recordStream(recordsOf(this.#core, options.signal));
  }

  /** Ends it: brokers are told, and connections closed. Who waits for records is told so; loops over records end. */
  close(options: CloseOptions = {}): Promise<void> {
    return this.#core.close(options.timeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS);
  }

  /** As {@linkcode Consumer.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The parts, as long as the consumer is open. */
  get #open(): ConsumerCore<K, V> {
    this.#core.ensureOpen();
    return this.#core;
  }

  #wait({ timeoutMs = this.#core.settings.apiTimeoutMs, signal }: WaitOptions): OffsetWait {
    return { timeoutMs, signal };
  }

  #reset(partitions: Iterable<TopicPartition>, reset: AutoOffsetReset): void {
    const core = this.#open;
    const named = [...partitions];
    const wanted = named.length > 0 ? named : core.subscription.assignedPartitions();
    for (const topicPartition of wanted) {
      core.subscription.state(topicPartition).requestReset(reset);
    }
    core.wake();
  }
}
