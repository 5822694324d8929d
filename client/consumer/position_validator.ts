/**
 * Checks positions when leaders change: a new leader may have less of the log than the consumer has read (KIP-320). Kafka's
 * `PositionsValidator`.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { ClientEnv, KafkaClient } from "../kafka_client.ts";
import { errorName, KafkaError } from "../protocol/error_codes.ts";
import {
  offsetForLeaderEpoch,
  type OffsetForLeaderEpochResponse,
} from "../protocol/messages/offset_for_leader_epoch.ts";
import { isRetriableFailure } from "../retry.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { LogTruncationError } from "./consumer_errors.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import { type FetchPosition, isSamePosition } from "./fetch_position.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import { byLeader, byTopic, currentLeader } from "./partition_leaders.ts";
import type { SubscriptionState } from "./subscription_state.ts";

/** What a validator is made of. */
export interface PositionValidatorOptions {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Clock, and who is told what happens. */
  readonly env: Pick<ClientEnv, "clock" | "logger">;
  /** The consumer's settings. */
  readonly settings: ConsumerSettings;
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** Told when positions are checked, or there is something to be thrown. */
  readonly onChange: () => void;
}

/** Where an epoch ends in the log of a leader. */
export interface EpochEnd {
  /** The epoch, or the largest below that there is; -1 for none. */
  readonly leaderEpoch: number;
  /** The offset behind its last record; -1 for none. */
  readonly endOffset: number;
}

/** Records that a consumer has read, and that are no longer in the log. */
export interface LogTruncation {
  /** Where the consumer was. */
  readonly fetchOffset: number;
  /** The first offset that is known to differ. */
  readonly divergent?: OffsetAndMetadata;
}

/** The first version that a client may ask without being allowed to alter the cluster. */
const FIRST_CLIENT_VERSION = 3;

/** Checks positions in the background. */
export class PositionValidator {
  readonly #options: PositionValidatorOptions;
  #metadataVersion = -1;
  #failure: unknown;

  /** Checks nothing yet. */
  constructor(options: PositionValidatorOptions) {
    this.#options = options;
  }

  /** Takes over who leads the partitions, if metadata has changed since the last time. */
  followLeaders(): void {
    const { client: { metadata }, subscription } = this.#options;
    if (metadata.version === this.#metadataVersion) return;
    this.#metadataVersion = metadata.version;
    for (const [topicPartition, state] of subscription.states()) {
      state.followLeader(currentLeader(metadata, topicPartition));
    }
  }

  /**
   * Checks all positions that are to be checked and are not being checked yet.
   *
   * @throws what an earlier check has found, once
   */
  start(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
    this.followLeaders();
    const { client, env: { clock }, subscription } = this.#options;
    const now = clock.monotonic();
    const positions = new TopicPartitionMap<FetchPosition>();
    for (const topicPartition of subscription.partitionsNeedingValidation(now)) {
      positions.set(topicPartition, subscription.state(topicPartition).position!);
    }
    if (positions.size === 0) return;
    for (
      const [node, ofNode] of byLeader(positions, (_, { currentLeader: { leader } }) => leader)
    ) {
      if (node < 0) client.updater.request();
      else if (!client.isBackingOff(node)) void this.#validate(node, ofNode);
    }
  }

  async #validate(node: number, positions: TopicPartitionMap<FetchPosition>): Promise<void> {
    const { client, env: { clock, logger }, settings: { config }, subscription } = this.#options;
    const retryMs = config.number("retry.backoff.ms");
    subscription.retryAt(positions.keys(), clock.monotonic() + config.number("request.timeout.ms"));
    try {
      const version = await client.version(node, offsetForLeaderEpoch, client.closing);
      if (version === undefined || version < FIRST_CLIENT_VERSION) {
        for (const topicPartition of positions.keys()) {
          subscription.find(topicPartition)?.completeValidation();
        }
        return;
      }
      const topics = byTopic(positions, (partition, { offsetEpoch, currentLeader }) => ({
        partition,
        leaderEpoch: offsetEpoch,
        currentLeaderEpoch: currentLeader.leaderEpoch,
      }));
      const response = await client.send(node, offsetForLeaderEpoch, {
        replicaId: -1,
        topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
      }, { signal: client.closing });
      const { ends, retry } = epochEnds(positions, response);
      if (retry.length > 0) {
        subscription.retryAt(retry, clock.monotonic() + retryMs);
        client.updater.request();
      }
      this.#complete(positions, ends);
    } catch (error) {
      if (client.isClosed) return;
      subscription.retryAt(positions.keys(), clock.monotonic() + retryMs);
      client.updater.request();
      if (!isRetriableFailure(error)) this.#failure ??= error;
      logger.write("debug", "Failed to check positions", { node, error });
    } finally {
      this.#options.onChange();
    }
  }

  #complete(positions: TopicPartitionMap<FetchPosition>, ends: TopicPartitionMap<EpochEnd>): void {
    const { env: { clock, logger }, settings: { config }, subscription } = this.#options;
    const offsets: [TopicPartition, number][] = [];
    const divergent: [TopicPartition, OffsetAndMetadata][] = [];
    for (const [topicPartition, end] of ends) {
      const asked = positions.get(topicPartition)!;
      const truncation = completeValidation(subscription, topicPartition, asked, end);
      if (truncation === undefined) continue;
      logger.write("warn", "Truncation detected", {
        partition: topicPartitionKey(topicPartition),
        offset: asked.offset,
        endOffset: end.endOffset,
      });
      offsets.push([topicPartition, truncation.fetchOffset]);
      if (truncation.divergent !== undefined) {
        divergent.push([topicPartition, truncation.divergent]);
      }
    }
    if (subscription.defaultReset.type !== "none" || offsets.length === 0) return;
    // Who polls on without a seek is told again.
    const retryAt = clock.monotonic() + config.number("retry.backoff.ms");
    subscription.retryAt(offsets.map(([topicPartition]) => topicPartition), retryAt);
    this.#failure ??= new LogTruncationError(offsets, divergent);
  }
}

/**
 * Reads an answer. What it lacks, and what has an error, is to be asked again.
 *
 * @throws {KafkaError} `TOPIC_AUTHORIZATION_FAILED` when a topic may not be read
 */
export function epochEnds(
  positions: TopicPartitionMap<FetchPosition>,
  response: OffsetForLeaderEpochResponse,
): { readonly ends: TopicPartitionMap<EpochEnd>; readonly retry: readonly TopicPartition[] } {
  const ends = new TopicPartitionMap<EpochEnd>();
  const unauthorized = new Set<string>();
  for (const { topic, partitions } of response.topics) {
    for (const { partition, errorCode, leaderEpoch, endOffset } of partitions) {
      if (!positions.has({ topic, partition })) continue;
      const error = errorName(errorCode);
      if (error === "NONE") ends.set({ topic, partition }, { leaderEpoch, endOffset });
      else if (error === "TOPIC_AUTHORIZATION_FAILED") unauthorized.add(topic);
    }
  }
  if (unauthorized.size > 0) {
    throw new KafkaError(
      "TOPIC_AUTHORIZATION_FAILED",
      `Not authorized to access topics: [${[...unauthorized].join(", ")}]`,
    );
  }
  const retry = [...positions.keys()].filter((topicPartition) => !ends.has(topicPartition));
  return { ends, retry };
}

/**
 * Takes a check over. A position behind the end of its epoch goes back to that end, or to where `auto.offset.reset` says when nothing is known of
 * the epoch; without a policy it stays.
 *
 * @param asked the position that was checked; when it is another by now nothing happens
 * @returns what is lost; `undefined` for nothing
 */
export function completeValidation(
  subscription: SubscriptionState,
  topicPartition: TopicPartition,
  asked: FetchPosition,
  { leaderEpoch, endOffset }: EpochEnd,
): LogTruncation | undefined {
  const state = subscription.find(topicPartition);
  if (state?.fetchState !== "awaiting-validation") return undefined;
  const position = state.position!;
  if (!isSamePosition(position, asked)) return undefined;
  const { defaultReset } = subscription;
  const fetchOffset = asked.offset;
  if (endOffset < 0 || leaderEpoch < 0) {
    if (defaultReset.type !== "none") state.requestReset(defaultReset);
    return { fetchOffset };
  }
  if (endOffset < position.offset) {
    if (defaultReset.type !== "none") {
      const { currentLeader } = position;
      state.seekValidated({ offset: endOffset, offsetEpoch: leaderEpoch, currentLeader });
    }
    return { fetchOffset, divergent: { offset: endOffset, leaderEpoch } };
  }
  state.completeValidation();
  return undefined;
}
