/**
 * The parts of a consumer, put together, and the loop of its polls.
 *
 * @module
 */

import { systemEnv } from "../../storage/system_env.ts";
import { Deadline } from "../network/deadline.ts";
import { type ClientEnv, KafkaClient } from "../kafka_client.ts";
import { tcpTransport } from "../network/tcp_transport.ts";
import { IllegalConsumerStateError } from "./consumer_errors.ts";
import { type ConsumerInterceptor, ConsumerInterceptors } from "./consumer_interceptors.ts";
import type { ConsumerOptions } from "./consumer_options.ts";
import type { ConsumerRecord } from "./consumer_record.ts";
import { ConsumerRecords } from "./consumer_records.ts";
import { type ConsumerSettings, consumerSettings } from "./consumer_settings.ts";
import { Doorbell } from "./doorbell.ts";
import { Fetcher } from "./fetcher.ts";
import type { GroupMembership } from "./group_membership.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import type { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { OffsetFetcher, topicError } from "./offset_fetcher.ts";
import { PositionResets } from "./position_resets.ts";
import { PositionUpdater } from "./position_updater.ts";
import { PositionValidator } from "./position_validator.ts";
import { recordDeserializers } from "./record_deserializers.ts";
import { SubscriptionState } from "./subscription_state.ts";

/** What a membership is made of. */
export interface GroupParts {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** The consumer's settings. */
  readonly settings: ConsumerSettings;
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** Told when polls have to look at the group. */
  readonly onChange: () => void;
  /** Told of what was committed. */
  readonly onCommit: (offsets: TopicPartitionMap<OffsetAndMetadata>) => void;
}

/** Makes a membership. */
export type JoinGroup = (parts: GroupParts, groupId: string) => GroupMembership;

/** A group that has something to do and cannot do it is asked again after this time. */
const MIN_GROUP_WAIT_MS = 1;

/** What a consumer does in the background and when it is polled. */
export class ConsumerCore<K, V> {
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** The settled configs. */
  readonly settings: ConsumerSettings;
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** Fetches ahead. */
  readonly fetcher: Fetcher<K, V>;
  /** Asks for offsets. */
  readonly offsets: OffsetFetcher;
  /** Looks after positions. */
  readonly positions: PositionUpdater;
  /** The group; `undefined` for none. */
  readonly group: GroupMembership | undefined;
  /** Those who look at records. */
  readonly interceptors: ConsumerInterceptors<K, V>;
  readonly #doorbell = new Doorbell();
  readonly #retryMs: number;
  #isPolling = false;
  #closing: Promise<void> | undefined;
  #hasLeft = false;
  #checkedVersion = -1;

  /**
   * Starts without a connection.
   *
   * @param joinGroup makes the membership, when there is a group
   * @throws {InvalidConfigError} in Kafka's words
   */
  constructor(options: ConsumerOptions<K, V>, joinGroup?: JoinGroup) {
    const { env = systemEnv(), transport = tcpTransport(), ...given } = options;
    this.env = env;
    const settings = this.settings = consumerSettings(given, env.logger);
    const { config } = settings;
    const deserializers = recordDeserializers<K, V>(config, given);
    this.interceptors = new ConsumerInterceptors(
      (config.thing("interceptor.classes") ?? []) as readonly ConsumerInterceptor<K, V>[],
      env.logger,
    );
    const client = this.client = new KafkaClient({ config, env, transport });
    client.updater.allowAutoTopicCreation = config.boolean("allow.auto.create.topics");
    client.updater.onUpdate(() => this.#doorbell.ring());
    const subscription = this.subscription = new SubscriptionState(settings.reset);
    const onChange = () => this.#doorbell.ring();
    const parts = { client, env, settings, subscription, onChange };
    const onCommit = (offsets: TopicPartitionMap<OffsetAndMetadata>) =>
      this.interceptors.onCommit(offsets);
    const group = this.group = settings.groupId === null
      ? undefined
      : joinGroup?.({ ...parts, onCommit }, settings.groupId);
    this.offsets = new OffsetFetcher(parts);
    this.fetcher = new Fetcher({ ...parts, deserializers, onReady: onChange });
    this.positions = new PositionUpdater({
      ...parts,
      validator: new PositionValidator(parts),
      resets: new PositionResets({ ...parts, offsets: this.offsets }),
      committed: group === undefined
        ? undefined
        : (partitions, signal) => group.fetchCommitted(partitions, signal),
    });
    this.#retryMs = config.number("retry.backoff.ms");
  }

  /** Whether somebody has closed it: nothing is read any more. */
  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Refuses calls after the end. While the group is left they are taken: a rebalance listener may commit.
   *
   * @throws {IllegalConsumerStateError} when it is closed
   */
  ensureOpen(): void {
    if (this.#hasLeft) throw closedError();
  }

  /** Something is different now: whoever waits looks again. */
  wake(): void {
    this.#doorbell.ring();
  }

  /** The topics that are of interest are others: those of the subscription are asked for. */
  readonly followTopics = (): void => {
    this.client.updater.setTopics(this.subscription.metadataTopics);
  };

  /**
   * Records, as soon as there are any.
   *
   * @throws as `Consumer.poll`
   */
  async poll(timeoutMs: number, signal?: AbortSignal): Promise<ConsumerRecords<K, V>> {
    this.#ensureReading();
    if (this.#isPolling) {
      throw new IllegalConsumerStateError("A consumer can be polled once at a time");
    }
    this.#isPolling = true;
    try {
      return await this.#poll(timeoutMs, signal);
    } finally {
      this.#isPolling = false;
    }
  }

  /**
   * Waits until something is the case that depends on positions.
   *
   * @param find looks for it; `undefined` when it is not the case yet
   * @throws the signal's reason, when it aborts first
   */
  async awaitPositions<T>(find: () => T | undefined, signal: AbortSignal): Promise<T> {
    for (;;) {
      this.ensureOpen();
      const found = find();
      if (found !== undefined) return found;
      this.positions.update();
      await this.#doorbell.wait(this.env.clock, this.#retryMs, signal);
    }
  }

  /** Reads records again that were returned and not used. */
  giveBack(records: readonly ConsumerRecord<K, V>[], polled: ConsumerRecords<K, V>): void {
    for (const topicPartition of polled.partitions) {
      const first = records.find(({ topic, partition }) =>
        topic === topicPartition.topic && partition === topicPartition.partition
      );
      const state = this.subscription.find(topicPartition);
      const position = state?.validPosition;
      if (first === undefined || position === undefined) continue;
      // Somebody may have gone elsewhere since.
      if (position.offset !== polled.nextOffsets.get(topicPartition)?.offset) continue;
      const { offset, leaderEpoch: offsetEpoch } = first;
      state!.seekValidated({ offset, offsetEpoch, currentLeader: position.currentLeader });
    }
  }

  /** No more calls; whoever waits is told, and so are the brokers. */
  close(timeoutMs: number): Promise<void> {
    return this.#closing ??= this.#close(timeoutMs);
  }

  async #poll(timeoutMs: number, signal: AbortSignal | undefined): Promise<ConsumerRecords<K, V>> {
    const { clock } = this.env;
    const end = clock.monotonic() + timeoutMs;
    for (let isLast = false;; isLast ||= clock.monotonic() >= end) {
      signal?.throwIfAborted();
      this.#ensureReading();
      if (this.subscription.type === "none") {
        throw new IllegalConsumerStateError(
          "Consumer is not subscribed to any topics or assigned any partitions",
        );
      }
      this.#checkTopics();
      await this.#keepUp();
      let hasPositions = this.positions.update();
      const { records, nextOffsets, isEmpty } = this.fetcher.collect();
      // What was fetched may have shown that a position is none.
      if (isEmpty && hasPositions) hasPositions = this.positions.update();
      const retryMs = this.#sendFetches();
      if (!isEmpty) return this.interceptors.onConsume(new ConsumerRecords(records, nextOffsets));
      if (isLast) return new ConsumerRecords();
      const left = end - clock.monotonic();
      const positionMs = hasPositions ? Infinity : this.#retryMs;
      const waitMs = Math.min(left, retryMs, positionMs, this.#groupMs());
      // Without time to wait what has come meanwhile is looked at all the same.
      if (waitMs > 0) await this.#doorbell.wait(clock, waitMs, signal);
      else await clock.sleep(0, signal);
    }
  }

  async #close(timeoutMs: number): Promise<void> {
    const { client, env, fetcher, interceptors, settings: { config } } = this;
    this.#doorbell.ring();
    const begun = env.clock.monotonic();
    try {
      await this.group?.close({ timeoutMs });
    } finally {
      this.#hasLeft = true;
      this.#doorbell.ring();
      const spent = env.clock.monotonic() - begun;
      const left = Math.min(
        Math.max(0, timeoutMs - spent),
        config.number("request.timeout.ms"),
      );
      using deadline = new Deadline(env.clock, left, "Closing takes too long");
      await fetcher.close(deadline.signal);
      interceptors.close();
      client.close();
    }
  }

  /** Does what the group asks for. */
  async #keepUp(): Promise<void> {
    const { group, env: { clock } } = this;
    if (group === undefined) return;
    const now = clock.monotonic();
    group.pollHappened(now);
    if (group.timeToNextPoll(now) <= 0) await group.ensureActive();
    this.#ensureReading();
  }

  /** After how long the group has to be looked at again, ms. */
  #groupMs(): number {
    const { group, env: { clock } } = this;
    if (group === undefined) return Infinity;
    return Math.max(group.timeToNextPoll(clock.monotonic()), MIN_GROUP_WAIT_MS);
  }

  #ensureReading(): void {
    if (this.isClosed) throw closedError();
  }

  #sendFetches(): number {
    this.positions.followLeaders();
    return this.fetcher.sendFetches();
  }

  /** Topics that will never be there are told, once for each answer that says so. */
  #checkTopics(): void {
    const { metadata } = this.client;
    if (metadata.version === this.#checkedVersion) return;
    this.#checkedVersion = metadata.version;
    for (const topic of this.subscription.metadataTopics) {
      const error = metadata.topicError(topic);
      if (error === "INVALID_TOPIC_EXCEPTION" || error === "TOPIC_AUTHORIZATION_FAILED") {
        throw topicError(error, topic);
      }
    }
  }
}

function closedError(): IllegalConsumerStateError {
  return new IllegalConsumerStateError("This consumer has already been closed.");
}
