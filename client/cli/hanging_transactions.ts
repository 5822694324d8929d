/**
 * Transactions that nobody will end: open in a partition, while their coordinator does not know of it.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { ProducerState } from "../admin/producers.ts";
import type { TransactionDescription } from "../admin/transactions.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";
import type { Admin } from "./admin_session.ts";
import type { Fail } from "./transactions_failure.ts";

/** A transaction that is open in a partition. */
export interface OpenTransaction {
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** Its producer, as the partition's broker knows it. */
  readonly producer: ProducerState;
}

/** Where to look. */
export interface HangingSearch {
  /** On this broker only. */
  readonly brokerId?: number | undefined;
  /** In this topic only. */
  readonly topic?: string | undefined;
  /** In this partition of the topic only. */
  readonly partition?: number | undefined;
  /** Transactions that are younger may still be ended, ms. */
  readonly maxTransactionTimeoutMs: number;
}

const BATCH = 500;

function batches<T>(items: readonly T[]): T[][] {
  const all: T[][] = [];
  for (let at = 0; at < items.length; at += BATCH) all.push(items.slice(at, at + BATCH));
  return all;
}

async function partitionsOf(
  admin: Admin,
  { topic, partition, brokerId }: HangingSearch,
  fail: Fail,
): Promise<TopicPartition[]> {
  if (topic !== undefined && partition !== undefined) return [{ topic, partition }];
  const topics = topic !== undefined ? [topic] : [
    ...(await fail("Failed to list topics", () => admin.listTopics({ listInternal: true }))).keys(),
  ];
  const found: TopicPartition[] = [];
  for (const batch of batches(topics)) {
    const described = await fail(
      `Failed to describe ${batch.length} topics`,
      async () => [...(await admin.describeTopics(batch)).all()],
    );
    for (const [name, { partitions }] of described) {
      for (const { partition, replicas } of partitions) {
        const isHere = brokerId === undefined || replicas.some(({ id }) => id === brokerId);
        if (isHere) found.push({ topic: name, partition });
      }
    }
  }
  return found;
}

async function openTransactions(
  admin: Admin,
  search: HangingSearch,
  now: number,
  fail: Fail,
): Promise<OpenTransaction[]> {
  const { brokerId, maxTransactionTimeoutMs } = search;
  const found: OpenTransaction[] = [];
  for (const batch of batches(await partitionsOf(admin, search, fail))) {
    const where = brokerId === undefined ? "" : ` on broker ${brokerId}`;
    const described = await fail(
      `Failed to describe producers for ${batch.length} partitions${where}`,
      async () => [
        ...(await admin.describeProducers(batch, brokerId === undefined ? {} : { brokerId }))
          .all(),
      ],
    );
    for (const [topicPartition, { activeProducers }] of described) {
      for (const producer of activeProducers) {
        const isOld = now - producer.lastTimestamp > maxTransactionTimeoutMs;
        if (producer.currentTransactionStartOffset !== undefined && isOld) {
          found.push({ topicPartition, producer });
        }
      }
    }
  }
  return found;
}

async function transactionalIds(
  admin: Admin,
  producerIds: readonly number[],
  fail: Fail,
): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  const listed = await fail(
    `Failed to list transactions for ${producerIds.length} producers`,
    async () => [...(await admin.listTransactions({ filteredProducerIds: producerIds })).all()],
  );
  for (const [, listings] of listed) {
    for (const { producerId, transactionalId } of listings) ids.set(producerId, transactionalId);
  }
  return ids;
}

async function descriptions(
  admin: Admin,
  ids: readonly string[],
  fail: Fail,
): Promise<Map<string, TransactionDescription>> {
  return await fail(`Failed to describe ${ids.length} transactions`, async () => {
    const results = await admin.describeTransactions(ids);
    const found = new Map<string, TransactionDescription>();
    for (const id of ids) {
      const error = results.error(id);
      const isGone = error instanceof KafkaError && error.code === "TRANSACTIONAL_ID_NOT_FOUND";
      if (!isGone) found.set(id, results.get(id));
    }
    return found;
  });
}

/**
 * Looks for hanging transactions.
 *
 * @param now ms since the epoch
 */
export async function findHangingTransactions(
  admin: Admin,
  search: HangingSearch,
  now: number,
  fail: Fail,
): Promise<OpenTransaction[]> {
  const open = await openTransactions(admin, search, now, fail);
  if (open.length === 0) return [];
  const producers = [...new Set(open.map(({ producer }) => producer.producerId))];
  const ids = await transactionalIds(admin, producers, fail);
  const known = await descriptions(admin, [...new Set(ids.values())], fail);
  return open.filter(({ topicPartition, producer }) => {
    const id = ids.get(producer.producerId);
    const description = id === undefined ? undefined : known.get(id);
    // The coordinator will still write a marker to the partitions that it names.
    return description === undefined ||
      !new TopicPartitionSet(description.topicPartitions).has(topicPartition);
  });
}
