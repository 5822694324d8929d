/** The parts of a producer, for tests of one of them. */

import { ExponentialBackoff } from "../../client/network/exponential_backoff.ts";
import { MetadataCache, type TopicMetadata } from "../../client/metadata_cache.ts";
import { PartitionQueue } from "../../client/producer/partition_queue.ts";
import { ProducerBatch } from "../../client/producer/producer_batch.ts";
import type { ProducerIdAndEpoch } from "../../client/producer/producer_id_and_epoch.ts";
import {
  type ProducerSettings,
  producerSettings,
} from "../../client/producer/producer_settings.ts";
import { RecordAccumulator } from "../../client/producer/record_accumulator.ts";
import type { SendCallback } from "../../client/producer/record_ack.ts";
import { TransactionManager } from "../../client/producer/transaction_manager.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";
import { silentLogger } from "../../storage/env.ts";
import { type ManualEnv, manualEnv } from "./manual_env.ts";

const utf8 = new TextEncoder();

/** Bytes of a text. */
export const bytes = (text: string): Uint8Array => utf8.encode(text);

/** What was heard of a record: its offset, or the message of the error. */
export type Heard = number | string;

/** Somebody who waits for a record, and notes what is heard. */
export function ackInto(heard: Heard[]): SendCallback {
  return (metadata, error) => void heard.push(error?.message ?? metadata!.offset);
}

/** A batch of some values. */
export function batchOf(
  values: readonly string[],
  options: {
    readonly queue?: PartitionQueue;
    readonly createdMs?: number;
    readonly heard?: Heard[];
    readonly producer?: ProducerIdAndEpoch;
    readonly baseSequence?: number;
    readonly writeLimit?: number;
  } = {},
): ProducerBatch {
  const { heard = [], createdMs = 0, writeLimit = 16_384 } = options;
  const batch = new ProducerBatch({
    queue: options.queue ?? new PartitionQueue("orders", 0),
    builder: new RecordBatchBuilder({ writeLimit }),
    createdMs,
    writeLimit,
    ratio: 1,
    reservedBytes: writeLimit,
  });
  for (const value of values) batch.tryAppend(1000, null, bytes(value), undefined, ackInto(heard));
  if (options.producer !== undefined) {
    batch.setProducerState(options.producer, options.baseSequence ?? 0, false);
  }
  return batch;
}

/** Settings of a producer. */
export function settingsOf(configs: Readonly<Record<string, unknown>> = {}): ProducerSettings {
  return producerSettings({ bootstrapServers: "localhost:9092", ...configs }, silentLogger);
}

/** A topic whose partitions are led as given. */
export function topicOf(name: string, leaders: readonly number[]): TopicMetadata {
  return {
    name,
    topicId: "AAAAAAAAAAAAAAAAAAAAAQ",
    isInternal: false,
    partitions: leaders.map((leader, partition) => ({
      partition,
      leader,
      leaderEpoch: 1,
      replicas: [leader],
      isr: [leader],
      offlineReplicas: [],
      error: "NONE",
    })),
  };
}

/** Metadata of topics whose partitions are led as given; leaders that are not negative are brokers that are there. */
export function metadataOf(topics: Readonly<Record<string, readonly number[]>>): MetadataCache {
  const cache = new MetadataCache();
  const ids = new Set(Object.values(topics).flat().filter((id) => id >= 0));
  cache.update({
    throttleTimeMs: 0,
    brokers: [...ids].map((nodeId) => ({ nodeId, host: `b${nodeId}`, port: 9092, rack: null })),
    clusterId: "cluster",
    controllerId: 1,
    topics: Object.entries(topics).map(([name, leaders], index) => ({
      errorCode: 0,
      name,
      topicId: `AAAAAAAAAAAAAAAAAAAA${String.fromCharCode(65 + index)}Q`,
      isInternal: false,
      partitions: leaders.map((leaderId, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId,
        leaderEpoch: 1,
        replicaNodes: [leaderId],
        isrNodes: [leaderId],
        offlineReplicas: [],
      })),
      topicAuthorizedOperations: 0,
    })),
    clusterAuthorizedOperations: 0,
    errorCode: 0,
  });
  return cache;
}

/** An accumulator with time in the hands of the test. */
export function accumulatorOf(
  configs: Readonly<Record<string, unknown>> = {},
  env: ManualEnv = manualEnv(),
): { readonly accumulator: RecordAccumulator; readonly env: ManualEnv } {
  const accumulator = new RecordAccumulator({
    settings: settingsOf(configs),
    env,
    retryBackoff: new ExponentialBackoff(100, 1000, {
      ...env.random,
      next: () => 0.5,
      bytes: () => new Uint8Array(),
    }),
    isSlow: () => false,
  });
  return { accumulator, env };
}

/** A manager of transactions. */
export function managerOf(transactionalId: string | null = "tx"): TransactionManager {
  return new TransactionManager({
    transactionalId,
    transactionTimeoutMs: 60_000,
    retryBackoffMs: 100,
    logger: silentLogger,
  });
}
