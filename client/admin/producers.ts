/**
 * The producers of partitions, and transactions that hang there.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { errorInfo, type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import {
  describeProducers as describeProducersApi,
  type DescribeProducersResponse,
} from "../protocol/messages/describe_producers.ts";
import {
  writeTxnMarkers,
  type WriteTxnMarkersResponse,
} from "../protocol/messages/write_txn_markers.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { unexpectedAnswer } from "./api_error.ts";
import { numbersByTopic, toldPartitions } from "./by_topic.ts";
import { joinedAnswers } from "./coordinator_lookup.ts";
import { locatedCall, type NodeAnswer } from "./located_call.ts";
import { partitionLeaderLookup } from "./partition_leader_lookup.ts";

/** A producer, as a partition knows it. */
export interface ProducerState {
  /** Its id. */
  readonly producerId: number;
  /** Its epoch. */
  readonly producerEpoch: number;
  /** Sequence number of its last record; -1 for none. */
  readonly lastSequence: number;
  /** Timestamp of its last record, ms since the epoch; -1 for none. */
  readonly lastTimestamp: number;
  /** Epoch of the coordinator that has ended its last transaction; `undefined` for none. */
  readonly coordinatorEpoch?: number;
  /** Where its open transaction begins; `undefined` for none. */
  readonly currentTransactionStartOffset?: number;
}

/** The producers of a partition. */
export interface PartitionProducerState {
  /** Those that are not forgotten yet. */
  readonly activeProducers: readonly ProducerState[];
}

/** Options of {@linkcode describeProducers}. */
export interface DescribeProducersOptions extends CallOptions {
  /** The replica that is asked. Default: each partition's leader. */
  readonly brokerId?: number;
}

/** A transaction in a partition. */
export interface AbortTransactionSpec {
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** The producer's id. */
  readonly producerId: number;
  /** Its epoch. */
  readonly producerEpoch: number;
  /** Epoch of the coordinator, as {@linkcode ProducerState.coordinatorEpoch} tells it; -1 for none. */
  readonly coordinatorEpoch: number;
}

/** Describes the producers of partitions. */
export async function describeProducers(
  context: AdminContext,
  partitions: Iterable<TopicPartition>,
  options: DescribeProducersOptions = {},
): Promise<AdminResults<TopicPartition, PartitionProducerState>> {
  const { brokerId } = options;
  return await locatedCall<TopicPartition, PartitionProducerState>(
    context,
    {
      name: "describeProducers",
      textOf: topicPartitionKey,
      lookup: brokerId === undefined
        ? partitionLeaderLookup()
        : (_call, keys) =>
          Promise.resolve({ found: keys.map((key) => [key, brokerId]), failed: [] }),
      ask: ({ context, time, nameFor }, destination, partitions) =>
        sendCall(context, time, {
          name: nameFor(describeProducersApi),
          destination: brokerId === undefined ? destination : { to: brokerId },
          api: describeProducersApi,
          draft: () => ({
            topics: numbersByTopic(partitions).map(({ name, partitions }) => (
              { name, partitionIndexes: partitions }
            )),
          }),
        }, ({ topics }) =>
          joinedAnswers(
            Array.from(
              toldPartitions(topics),
              ([key, told]) => producersAnswer(key, told, brokerId),
            ),
          )),
    },
    partitions,
    options,
  );
}

type ToldProducers = DescribeProducersResponse["topics"][number]["partitions"][number];

function producersAnswer(
  topicPartition: TopicPartition,
  told: ToldProducers,
  brokerId: number | undefined,
): NodeAnswer<TopicPartition, PartitionProducerState> {
  const error = errorName(told.errorCode);
  const partition = topicPartitionKey(topicPartition);
  const what = `Failed to describe active producers for partition ${partition}`;
  const failed = (message: string): NodeAnswer<TopicPartition, never> => (
    { failed: [[topicPartition, new KafkaError(error, message)]] }
  );
  switch (error) {
    case "NONE":
      return {
        completed: [[topicPartition, { activeProducers: told.activeProducers.map(producer) }]],
      };
    case "NOT_LEADER_OR_FOLLOWER":
      // Whoever has named the broker wants no other.
      return brokerId === undefined
        ? { moved: [topicPartition] }
        : failed(`${what} on brokerId ${brokerId}`);
    case "UNKNOWN_TOPIC_OR_PARTITION":
      return {};
    case "INVALID_TOPIC_EXCEPTION":
      return failed(
        `Failed to fetch metadata for partition ${partition} due to invalid topic error: ${
          told.errorMessage ?? errorInfo(error).message
        }`,
      );
    case "TOPIC_AUTHORIZATION_FAILED":
      return failed(
        `${what} due to authorization failure on topic \`${topicPartition.topic}\``,
      );
  }
  return failed(`${what} due to unexpected error`);
}

function producer(told: ToldProducers["activeProducers"][number]): ProducerState {
  const { coordinatorEpoch, currentTxnStartOffset: startOffset } = told;
  return {
    producerId: told.producerId,
    producerEpoch: told.producerEpoch,
    lastSequence: told.lastSequence,
    lastTimestamp: told.lastTimestamp,
    ...(coordinatorEpoch < 0 ? {} : { coordinatorEpoch }),
    ...(startOffset < 0 ? {} : { currentTransactionStartOffset: startOffset }),
  };
}

/**
 * Aborts a transaction that hangs in a partition, without its coordinator.
 *
 * @throws {KafkaError} what the leader says
 */
export async function abortTransaction(
  context: AdminContext,
  spec: AbortTransactionSpec,
  options: CallOptions = {},
): Promise<void> {
  const { topicPartition, producerId, producerEpoch, coordinatorEpoch } = spec;
  const { topic, partition } = topicPartition;
  const results = await locatedCall<TopicPartition, void>(
    context,
    {
      name: "abortTransaction",
      textOf: topicPartitionKey,
      lookup: partitionLeaderLookup(),
      ask: ({ context, time, nameFor }, destination) =>
        sendCall(context, time, {
          name: nameFor(writeTxnMarkers),
          destination,
          api: writeTxnMarkers,
          draft: () => ({
            markers: [{
              producerId,
              producerEpoch,
              coordinatorEpoch,
              transactionResult: false,
              topics: [{ name: topic, partitionIndexes: [partition] }],
            }],
          }),
        }, (response) => {
          const error = markerError(response, spec);
          if (error === "NONE") return { completed: [[topicPartition, undefined]] as const };
          if (MARKER_MOVED.includes(error)) return { moved: [topicPartition] };
          return { failed: [[topicPartition, abortFailure(error, spec)]] as const };
        }),
    },
    [topicPartition],
    options,
  );
  results.get(topicPartition);
}

const MARKER_MOVED: readonly ErrorName[] = [
  "NOT_LEADER_OR_FOLLOWER",
  "REPLICA_NOT_AVAILABLE",
  "BROKER_NOT_AVAILABLE",
  "UNKNOWN_TOPIC_OR_PARTITION",
];

/** @throws {KafkaError} when the answer is about something else */
function markerError(
  { markers }: WriteTxnMarkersResponse,
  { topicPartition: { topic, partition }, producerId }: AbortTransactionSpec,
): ErrorName {
  const [marker, ...others] = markers;
  const [toldTopic, ...otherTopics] = marker?.topics ?? [];
  const [told, ...otherPartitions] = toldTopic?.partitions ?? [];
  const isIt = marker?.producerId === producerId && toldTopic?.name === topic &&
    told?.partitionIndex === partition;
  if (!isIt || others.length + otherTopics.length + otherPartitions.length > 0) {
    throw unexpectedAnswer(
      `WriteTxnMarkers response included unexpected entries (expected to find exactly one entry with producerId ${producerId})`,
    );
  }
  return errorName(told.errorCode);
}

function abortFailure(error: ErrorName, spec: AbortTransactionSpec): KafkaError {
  const { topicPartition, producerId, producerEpoch, coordinatorEpoch } = spec;
  const what = `WriteTxnMarkers request with AbortTransactionSpec(topicPartition=${
    topicPartitionKey(topicPartition)
  }, producerId=${producerId}, producerEpoch=${producerEpoch}, coordinatorEpoch=${coordinatorEpoch}) failed`;
  switch (error) {
    case "CLUSTER_AUTHORIZATION_FAILED":
      return new KafkaError(error, `${what} due to cluster authorization error`);
    case "INVALID_PRODUCER_EPOCH":
      return new KafkaError(error, `${what} due an invalid producer epoch`);
    case "TRANSACTION_COORDINATOR_FENCED":
      return new KafkaError(
        error,
        `${what} since the provided coordinator epoch ${coordinatorEpoch} has been fenced by the active coordinator`,
      );
  }
  return new KafkaError(error, `${what} due to unexpected error: ${errorInfo(error).message}`);
}
