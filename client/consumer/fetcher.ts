/**
 * Fetches ahead: asks each broker for the partitions of which nothing is buffered, one request at a time (Kafka's `Fetcher`).
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { ExponentialBackoff } from "../network/exponential_backoff.ts";
import type { ClientEnv, KafkaClient } from "../kafka_client.ts";
import type { NewLeader } from "../metadata_cache.ts";
import { errorName } from "../protocol/error_codes.ts";
import { fetch as fetchApi, type FetchResponse } from "../protocol/messages/fetch.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { CompletedFetch, type CompletedFetchOptions } from "./completed_fetch.ts";
import { FetchBuffer } from "./fetch_buffer.ts";
import { type CollectedFetch, FetchCollector } from "./fetch_collector.ts";
import {
  type FetchedPartition,
  type FetchPartition,
  FetchSessionHandler,
  type FetchSessionRequest,
} from "../network/fetch_session_handler.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import type { RecordDeserializers } from "./record_deserializers.ts";
import { currentLeader, isOnlineReplica } from "./partition_leaders.ts";
import type { PartitionState } from "./partition_state.ts";
import type { SubscriptionState } from "./subscription_state.ts";

/** What a fetcher is made of. */
export interface FetcherOptions<K, V> {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** The consumer's settings. */
  readonly settings: ConsumerSettings;
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** How keys and values are read. */
  readonly deserializers: RecordDeserializers<K, V>;
  /** Told when something has come, or can be asked for. */
  readonly onReady: () => void;
}

/** The last version that names topics; later ones have their ids. */
const LAST_VERSION_WITH_NAMES = 12;
const CONSUMER_REPLICA_ID = -1;

/** What is known of fetching from one broker. */
interface FetchTarget {
  readonly session: FetchSessionHandler;
  /** Settles when the request that is on its way is done; never fails. */
  inFlight: Promise<void> | undefined;
  /** Requests in a row that were of no use. */
  failures: number;
  /** When the next may be sent, on the monotonic clock. */
  retryAt: number;
}

/** Keeps records ready for the next poll. */
export class Fetcher<K, V> {
  readonly #options: FetcherOptions<K, V>;
  readonly #fetchOptions: CompletedFetchOptions<K, V>;
  readonly #backoff: ExponentialBackoff;
  readonly #buffer = new FetchBuffer<K, V>();
  readonly #collector: FetchCollector<K, V>;
  readonly #targets = new Map<number, FetchTarget>();
  readonly #closing = new AbortController();

  /** Fetches nothing yet. */
  constructor(options: FetcherOptions<K, V>) {
    const { client, env, settings: { config, isolationLevel, maxPollRecords }, subscription } =
      options;
    const { deserializers } = options;
    this.#options = options;
    this.#fetchOptions = { isolationLevel, checkCrcs: config.boolean("check.crcs"), deserializers };
    this.#backoff = new ExponentialBackoff(
      config.number("retry.backoff.ms"),
      config.number("retry.backoff.max.ms"),
      env.random,
    );
    this.#collector = new FetchCollector({
      subscription,
      maxPollRecords,
      nodes: () => client.metadata.nodes,
      requestMetadata: () => client.updater.request(),
      preferredUntil: () => env.clock.monotonic() + config.number("metadata.max.age.ms"),
      logger: env.logger,
    });
  }

  /**
   * The records that are there, as many as a poll returns.
   *
   * @throws as {@linkcode FetchCollector.collect}
   */
  collect(): CollectedFetch<K, V> {
    return this.#collector.collect(this.#buffer);
  }

  /** Throws away what was fetched of partitions that are not meant. */
  retain(fits: (topicPartition: TopicPartition) => boolean): void {
    this.#buffer.retain(fits);
  }

  /**
   * Asks brokers for all partitions of which nothing is buffered, where no request is on its way; and for what comes behind the answer that is
   * being read, so that at most one answer waits for each partition.
   *
   * @returns after how long to call again because something could not be asked for now, ms; `Infinity` when an answer comes first
   */
  sendFetches(): number {
    const { client, env: { clock }, subscription } = this.#options;
    const now = clock.monotonic();
    const buffered = this.#buffer.partitions();
    const { ahead } = this.#buffer;
    // Without a valid position it is thrown away, and fetched anew.
    if (ahead !== undefined) buffered.delete(ahead.topicPartition);
    const bufferedNodes = new Set<number>();
    for (const topicPartition of buffered) {
      const state = subscription.find(topicPartition);
      if (state === undefined || !subscription.isFetchable(topicPartition, state)) continue;
      bufferedNodes.add(this.#nodeFor(topicPartition, state, now));
    }
    const wanted = new Map<number, TopicPartitionMap<FetchPartition>>();
    let retryMs = Infinity;
    for (const [topicPartition, state] of subscription.states()) {
      if (!subscription.isFetchable(topicPartition, state)) continue;
      if (buffered.size > 0 && buffered.has(topicPartition)) continue;
      const node = this.#nodeFor(topicPartition, state, now);
      const target = this.#targets.get(node);
      if (target?.inFlight !== undefined || bufferedNodes.has(node)) continue;
      const waitMs = target === undefined ? 0 : target.retryAt - now;
      if (node < 0 || client.isBackingOff(node)) retryMs = Math.min(retryMs, this.#retryMs);
      else if (waitMs > 0) retryMs = Math.min(retryMs, waitMs);
      else {
        let partitions = wanted.get(node);
        if (partitions === undefined) wanted.set(node, partitions = new TopicPartitionMap());
        const isAhead = ahead !== undefined &&
          isSamePartition(ahead.topicPartition, topicPartition);
        const offset = isAhead ? ahead.offset : state.position!.offset;
        partitions.set(topicPartition, this.#wanted(topicPartition, state, offset));
      }
    }
    for (const [node, partitions] of wanted) this.#send(node, partitions);
    return retryMs;
  }

  /** Ends the sessions with brokers that are connected. Resolves when they are told, or the signal aborts. */
  async close(signal: AbortSignal): Promise<void> {
    this.#closing.abort();
    this.#buffer.retain(() => false);
    const { client } = this.#options;
    const ending = [...this.#targets].map(async ([node, target]) => {
      // A broker answers one request of a connection after the other.
      target.session.notifyClose();
      if (target.session.sessionId === 0 || client.isBackingOff(node)) return;
      const request = target.session.next(new TopicPartitionMap());
      await this.#request(node, request, signal).catch(() => {});
    });
    await Promise.all(ending);
  }

  get #retryMs(): number {
    return this.#options.settings.config.number("retry.backoff.ms");
  }

  /** The broker to ask: the replica that the leader has named, or the leader; -1 when there is none. */
  #nodeFor(topicPartition: TopicPartition, state: PartitionState, now: number): number {
    const { client } = this.#options;
    const leader = state.position?.currentLeader.leader ?? -1;
    if (leader < 0) {
      client.updater.request();
      return -1;
    }
    const replica = state.preferredReplica(now);
    if (replica === undefined) return leader;
    if (isOnlineReplica(client.metadata, topicPartition, replica)) return replica;
    state.clearPreferredReplica();
    client.updater.request();
    return leader;
  }

  #wanted(
    topicPartition: TopicPartition,
    state: PartitionState,
    offset: number,
  ): FetchPartition {
    const { client, settings: { config } } = this.#options;
    const { currentLeader: { leaderEpoch } } = state.position!;
    return {
      topicId: client.metadata.topic(topicPartition.topic)?.topicId ?? ZERO_UUID,
      fetchOffset: offset,
      maxBytes: config.number("max.partition.fetch.bytes"),
      currentLeaderEpoch: leaderEpoch,
    };
  }

  #send(node: number, partitions: TopicPartitionMap<FetchPartition>): void {
    let target = this.#targets.get(node);
    if (target === undefined) {
      const session = new FetchSessionHandler();
      this.#targets.set(
        node,
        target = { session, inFlight: undefined, failures: 0, retryAt: -Infinity },
      );
    }
    target.inFlight = this.#exchange(node, target, target.session.next(partitions));
  }

  async #exchange(node: number, target: FetchTarget, request: FetchSessionRequest): Promise<void> {
    const { env: { clock, logger }, subscription, onReady } = this.#options;
    let isUseful = false;
    try {
      const response = await this.#request(node, request);
      isUseful = this.#handle(node, target.session, response);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      logger.write("info", "Error sending fetch request", { node, error });
      for (const topicPartition of target.session.partitions()) {
        subscription.find(topicPartition)?.clearPreferredReplica();
      }
      target.session.handleError();
    } finally {
      target.inFlight = undefined;
      target.failures = isUseful ? 0 : target.failures + 1;
      // A session that is gone is made anew at once; what fails again and again is given time.
      target.retryAt = target.failures < 2
        ? -Infinity
        : clock.monotonic() + this.#backoff.after(target.failures - 2);
      onReady();
    }
  }

  async #request(
    node: number,
    request: FetchSessionRequest,
    signal?: AbortSignal,
  ): Promise<FetchResponse> {
    const { client, settings: { config, isolationLevel } } = this.#options;
    const { sessionId, sessionEpoch, topics, forgotten, replaced, canUseTopicIds } = request;
    const options = signal === undefined ? {} : { signal };
    const highest = await client.version(node, fetchApi, signal);
    const version = canUseTopicIds
      ? highest
      : Math.min(highest ?? Infinity, LAST_VERSION_WITH_NAMES);
    const usesIds = version !== undefined && version > LAST_VERSION_WITH_NAMES;
    return await client.send(node, fetchApi, {
      replicaId: CONSUMER_REPLICA_ID,
      maxWaitMs: config.number("fetch.max.wait.ms"),
      minBytes: config.number("fetch.min.bytes"),
      maxBytes: config.number("fetch.max.bytes"),
      isolationLevel: isolationLevel === "read_committed" ? 1 : 0,
      sessionId,
      sessionEpoch,
      topics,
      forgottenTopicsData: usesIds ? [...forgotten, ...replaced] : forgotten,
      rackId: config.string("client.rack")!,
    }, version === undefined ? options : { ...options, version });
  }

  /** Takes an answer. Returns whether there was anything in it but errors. */
  #handle(node: number, session: FetchSessionHandler, response: FetchResponse): boolean {
    if (this.#closing.signal.aborted) return true;
    const { client, env: { logger } } = this.#options;
    const answer = session.handleResponse(response);
    if (answer.type === "refused") {
      const { error, problem } = answer;
      logger.write("info", "A fetch was of no use", { node, problem });
      if (error === "FETCH_SESSION_TOPIC_ID_ERROR") client.updater.request();
      return false;
    }
    const { partitions } = answer;
    for (const { topicPartition, fetchOffset, data } of partitions) {
      this.#buffer.add(
        new CompletedFetch(topicPartition, fetchOffset, data, this.#fetchOptions),
      );
    }
    this.#followLeaders(partitions, response);
    return partitions.length === 0 || partitions.some(({ data }) => data.errorCode === 0);
  }

  /** Brokers that do not lead a partition any more tell who does (KIP-951). */
  #followLeaders(partitions: readonly FetchedPartition[], response: FetchResponse): void {
    const { client: { metadata }, subscription } = this.#options;
    const leaders: NewLeader[] = [];
    for (const { topicPartition, data: { errorCode, currentLeader } } of partitions) {
      if (errorCode === 0) continue;
      const error = errorName(errorCode);
      if (error !== "NOT_LEADER_OR_FOLLOWER" && error !== "FENCED_LEADER_EPOCH") continue;
      const { leaderId, leaderEpoch } = currentLeader;
      if (leaderId >= 0 && leaderEpoch >= 0) {
        leaders.push({ ...topicPartition, leaderId, leaderEpoch });
      }
    }
    if (leaders.length === 0) return;
    for (const topicPartition of metadata.updateLeaders(leaders, response.nodeEndpoints)) {
      subscription.find(topicPartition)?.followLeader(currentLeader(metadata, topicPartition));
    }
  }
}

function isSamePartition(a: TopicPartition, b: TopicPartition): boolean {
  return a.topic === b.topic && a.partition === b.partition;
}
