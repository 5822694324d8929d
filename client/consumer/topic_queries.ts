/**
 * What a consumer's user asks about topics.
 *
 * @module
 */

import { Deadline } from "../network/deadline.ts";
import { ExponentialBackoff } from "../network/exponential_backoff.ts";
import type { ClientEnv, KafkaClient } from "../kafka_client.ts";
import { MetadataCache, type PartitionMetadata, type TopicMetadata } from "../metadata_cache.ts";
import { type ErrorName, isRetriable, KafkaError } from "../protocol/error_codes.ts";
import { metadata as metadataApi, type MetadataResponse } from "../protocol/messages/metadata.ts";
import { retry } from "../retry.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import { topicError } from "./offset_fetcher.ts";
import type { OffsetWait } from "./offset_fetcher.ts";

/** Who answers. */
export interface TopicQueries {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Clock and randomness. */
  readonly env: ClientEnv;
  /** The consumer's settings. */
  readonly settings: ConsumerSettings;
}

/**
 * The partitions of a topic; none when there is no such topic.
 *
 * @throws {KafkaError} when it cannot be told in time, or not be told at all
 */
export async function partitionsFor(
  queries: TopicQueries,
  topic: string,
  wait: OffsetWait,
): Promise<readonly PartitionMetadata[]> {
  const known = queries.client.metadata.topic(topic);
  if (known !== undefined) return known.partitions;
  const { topics } = await ask(queries, [topic], wait);
  return topics.get(topic)?.partitions ?? [];
}

/**
 * All topics that the user may see.
 *
 * @throws {KafkaError} when it cannot be told in time
 */
export async function listTopics(
  queries: TopicQueries,
  wait: OffsetWait,
): Promise<ReadonlyMap<string, TopicMetadata>> {
  return (await ask(queries, undefined, wait)).topics;
}

/** Asks for itself: what is asked about here need not be kept fresh. */
async function ask(
  { client, env, settings: { config } }: TopicQueries,
  topics: readonly string[] | undefined,
  { timeoutMs, signal }: OffsetWait,
): Promise<MetadataCache> {
  const text = "Timeout expired while fetching topic metadata";
  using deadline = new Deadline(env.clock, timeoutMs, text, signal);
  const backoff = new ExponentialBackoff(
    config.number("retry.backoff.ms"),
    config.number("retry.backoff.max.ms"),
    env.random,
  );
  return await retry(async (signal) => {
    const response: MetadataResponse = await client.sendToAny(metadataApi, {
      topics: topics?.map((name) => ({ name })) ?? null,
      allowAutoTopicCreation: config.boolean("allow.auto.create.topics"),
    }, { signal });
    const cache = new MetadataCache();
    cache.update(response);
    for (const topic of topics ?? []) {
      const error = cache.topicError(topic);
      if (error !== undefined) throwUnlessUnknown(error, topic);
    }
    return cache;
  }, { clock: env.clock, backoff, signal: deadline.signal });
}

function throwUnlessUnknown(error: ErrorName, topic: string): void {
  if (error === "UNKNOWN_TOPIC_OR_PARTITION") return;
  if (error === "INVALID_TOPIC_EXCEPTION" || error === "TOPIC_AUTHORIZATION_FAILED") {
    throw topicError(error, topic);
  }
  if (isRetriable(error)) throw new KafkaError(error);
  throw new KafkaError(error, `Unexpected error fetching metadata for topic ${topic}`);
}
