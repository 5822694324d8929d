/**
 * Making a request of batches.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import type { MetadataCache } from "../metadata_cache.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type {
  PartitionProduceData,
  ProduceRequest,
  TopicProduceData,
} from "../protocol/messages/produce.ts";
import type { ProducerBatch } from "./producer_batch.ts";

/** From this version on topics go by id. */
const TOPIC_ID_VERSION = 13;
/** From this version on a batch makes its partition part of the transaction. */
const TRANSACTIONS_2_VERSION = 12;
/** From this version on batches may be compressed with zstd. */
const ZSTD_VERSION = 7;

/** What is the same for all requests of a producer. */
export interface ProduceRequestOptions {
  /** 0, 1, or -1 for all. */
  readonly acks: number;
  /** How long the broker may wait for `acks`, ms. */
  readonly timeoutMs: number;
  /** Name of the transactional producer; `null` for none. */
  readonly transactionalId: string | null;
  /** Whether transactions are of version 1. */
  readonly isTransaction1: boolean;
  /** Whether batches are compressed with zstd. */
  readonly isZstd: boolean;
}

/** A request, and how its answer is to be read. */
export interface PreparedProduce {
  /** The request. */
  readonly draft: Draft<ProduceRequest>;
  /** Its version. */
  readonly version: number;
  /** The batches in it by `topic-partition`, the topic as answers call it: its id, or its name in older versions. */
  readonly batches: ReadonlyMap<string, ProducerBatch>;
}

/**
 * Prepares the request of some batches.
 *
 * @param highest the highest version that the broker and this client know
 * @throws {KafkaError} when that version cannot carry the batches
 */
export function prepareProduce(
  batches: readonly ProducerBatch[],
  metadata: MetadataCache,
  highest: number,
  options: ProduceRequestOptions,
): PreparedProduce {
  const topics = new Map<string, { topicId: string; partitions: PartitionProduceData[] }>();
  let haveIds = true;
  for (const batch of batches) {
    const { topic, partition } = batch.queue;
    let entry = topics.get(topic);
    if (entry === undefined) {
      const topicId = metadata.topic(topic)?.topicId ?? ZERO_UUID;
      haveIds &&= topicId !== ZERO_UUID;
      entry = { topicId, partitions: [] };
      topics.set(topic, entry);
    }
    entry.partitions.push({ index: partition, records: batch.build() });
  }
  let version = highest;
  if (options.isTransaction1) version = Math.min(version, TRANSACTIONS_2_VERSION - 1);
  if (!haveIds) version = Math.min(version, TOPIC_ID_VERSION - 1);
  if (options.isZstd && version < ZSTD_VERSION) {
    throw new KafkaError(
      "UNSUPPORTED_COMPRESSION_TYPE",
      `Produce requests with version ${version} are not allowed to use ZStandard compression`,
    );
  }
  const goesById = version >= TOPIC_ID_VERSION;
  const topicData: TopicProduceData[] = [];
  for (const [name, { topicId, partitions: partitionData }] of topics) {
    topicData.push({
      name: goesById ? "" : name,
      topicId: goesById ? topicId : ZERO_UUID,
      partitionData,
    });
  }
  const { acks, timeoutMs, transactionalId } = options;
  return {
    draft: { transactionalId, acks, timeoutMs, topicData },
    version,
    batches: new Map(batches.map((batch) => {
      const { topic, name, partition } = batch.queue;
      return [goesById ? `${topics.get(topic)!.topicId}-${partition}` : name, batch];
    })),
  };
}
