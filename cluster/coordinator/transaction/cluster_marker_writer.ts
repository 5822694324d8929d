/**
 * Writes the ends of transactions into partitions, whichever broker leads them (Kafka's `TransactionMarkerChannelManager`).
 *
 * @module
 */

import { type ErrorName, errorName } from "../../../client/protocol/error_codes.ts";
import type {
  WritableTxnMarkerTopic,
  WriteTxnMarkersRequest,
  WriteTxnMarkersResponse,
} from "../../../client/protocol/messages/write_txn_markers.ts";
import type { Logger } from "../../../storage/env.ts";
import { type TopicPartition, topicPartitionKey } from "../../../storage/file/file_names.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { EndOfTransaction } from "../partition_writer.ts";
import type { MarkerWriter } from "./marker_writer.ts";

/** What writing to other brokers needs. */
export interface ClusterMarkerWriterOptions {
  /** Id of this broker. */
  readonly brokerId: number;
  /** Where to say that a broker could not be asked. */
  readonly logger: Logger;
  /** Who leads a partition; `undefined` when nobody does, or there is no such partition. */
  readonly leaderOf: (topicPartition: TopicPartition) => number | undefined;
  /** Writes into the partitions of this broker. */
  readonly local: MarkerWriter;
  /** Asks another broker. */
  readonly send: (
    brokerId: number,
    request: Draft<WriteTxnMarkersRequest>,
  ) => Promise<WriteTxnMarkersResponse>;
}

/**
 * Writes into the partitions of this broker, and has the other leaders write into theirs, all at the same time. A leader that cannot be asked
 * is taken for none: whoever wants the markers written looks for the leader again.
 */
export function clusterMarkerWriter(options: ClusterMarkerWriterOptions): MarkerWriter {
  const { brokerId, leaderOf, local } = options;
  return (end, partitions) => {
    const byLeader = new Map<number, TopicPartition[]>();
    for (const topicPartition of partitions) {
      // Of one that nobody leads this broker knows what is wrong with it.
      const leader = leaderOf(topicPartition) ?? brokerId;
      const known = byLeader.get(leader);
      if (known === undefined) byLeader.set(leader, [topicPartition]);
      else known.push(topicPartition);
    }
    if (byLeader.size === 0 || byLeader.size === 1 && byLeader.has(brokerId)) {
      return local(end, partitions);
    }
    return writeToAll(options, end, partitions, byLeader);
  };
}

async function writeToAll(
  options: ClusterMarkerWriterOptions,
  end: EndOfTransaction,
  partitions: readonly TopicPartition[],
  byLeader: ReadonlyMap<number, readonly TopicPartition[]>,
): Promise<readonly ErrorName[]> {
  const errors = new Map<string, ErrorName>();
  await Promise.all(Array.from(byLeader, async ([leader, led]) => {
    if (leader === options.brokerId) {
      const written = await options.local(end, led);
      led.forEach((one, i) => errors.set(topicPartitionKey(one), written[i]!));
    } else await writeToOther(options, end, leader, led, errors);
  }));
  return partitions.map((one) => errors.get(topicPartitionKey(one)) ?? "NOT_LEADER_OR_FOLLOWER");
}

async function writeToOther(
  { logger, send }: ClusterMarkerWriterOptions,
  end: EndOfTransaction,
  leader: number,
  partitions: readonly TopicPartition[],
  errors: Map<string, ErrorName>,
): Promise<void> {
  const { producerId, producerEpoch, coordinatorEpoch, transactionVersion } = end;
  let answer: WriteTxnMarkersResponse;
  try {
    answer = await send(leader, {
      markers: [{
        ...{ producerId, producerEpoch, coordinatorEpoch, transactionVersion },
        transactionResult: end.committed,
        topics: byTopic(partitions),
      }],
    });
  } catch (error) {
    logger.write("debug", "Could not have markers written", { leader, error });
    return;
  }
  for (const { topics } of answer.markers) {
    for (const { name: topic, partitions } of topics) {
      for (const { partitionIndex: partition, errorCode } of partitions) {
        errors.set(topicPartitionKey({ topic, partition }), errorName(errorCode));
      }
    }
  }
}

function byTopic(partitions: readonly TopicPartition[]): WritableTxnMarkerTopic[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [partition]);
    else known.push(partition);
  }
  return Array.from(topics, ([name, partitionIndexes]) => ({ name, partitionIndexes }));
}
