/**
 * Clients of a Kafka: a producer and a consumer, for Apache Kafka as for Seglog's own broker.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Consumer, Producer } from "@seglog/seglog/client";
 * import { string } from "@seglog/seglog/storage";
 * import { TestBroker } from "@seglog/seglog/testing";
 *
 * await using broker = await TestBroker.start();
 * const { bootstrapServers } = broker;
 * await using producer = new Producer({ bootstrapServers });
 * const { offset } = await producer.send({ topic: "greetings", key: "en", value: "hello" });
 * assertEquals(offset, 0);
 *
 * const deserializers = { keyDeserializer: string(), valueDeserializer: string() };
 * await using consumer = new Consumer({ bootstrapServers, ...deserializers });
 * consumer.assign([{ topic: "greetings", partition: 0 }]);
 * consumer.seekToBeginning([]);
 * const [record] = await consumer.poll(10_000);
 * assertEquals([record?.key, record?.value], ["en", "hello"]);
 * ```
 *
 * @module
 */

export type { ClientEnv } from "./kafka_client.ts";
export type { PartitionMetadata, TopicMetadata } from "./metadata_cache.ts";
export {
  type Address,
  type Connection,
  type Listener,
  type ListenOptions,
  NetworkError,
  type NetworkErrorKind,
  type Transport,
} from "./network/transport.ts";
export { tcpTransport } from "./network/tcp_transport.ts";
export type { Node } from "./node.ts";
export { type ErrorName, KafkaError } from "./protocol/error_codes.ts";
export { ERROR_ROWS } from "./protocol/error_table.ts";
export { TopicPartitionMap, TopicPartitionSet } from "../storage/file/topic_partition_map.ts";
export type { Clock, Logger, LogLevel, Random } from "../storage/env.ts";
export type { TopicPartition } from "../storage/file/file_names.ts";
export type { RecordHeader } from "../storage/record/record.ts";
export type { TimestampType } from "../storage/record/record_batch.ts";
export type { Serde } from "../storage/serde/serde.ts";

export * from "./admin/mod.ts";
export { Producer } from "./producer/producer.ts";
export * from "./producer/producer_errors.ts";
export type { ProducerInterceptor } from "./producer/producer_interceptors.ts";
export type { ProducerMetrics } from "./producer/producer_metrics.ts";
export type {
  CloseOptions as ProducerCloseOptions,
  ProducerConfigs,
  ProducerOptions,
  WaitOptions as ProducerWaitOptions,
} from "./producer/producer_options.ts";
export type { ProducerRecord } from "./producer/producer_record.ts";
export type { Partitioner, RecordToPartition } from "./producer/partitioner.ts";
export type { SendCallback } from "./producer/record_ack.ts";
export { RecordMetadata } from "./producer/record_metadata.ts";
export type { TransactionGroup, TransactionOffset } from "./producer/offsets_to_transaction.ts";

export { type CloseOptions as ConsumerCloseOptions, Consumer } from "./consumer/consumer.ts";
export * from "./consumer/consumer_errors.ts";
export type { ConsumerInterceptor } from "./consumer/consumer_interceptors.ts";
export type {
  ConsumerConfigs,
  ConsumerOptions,
  OffsetAndTimestamp,
  WaitOptions as ConsumerWaitOptions,
} from "./consumer/consumer_options.ts";
export type { ConsumerGroupMetadata } from "./consumer/consumer_group_metadata.ts";
export type { OffsetCommitCallback } from "./consumer/group_membership.ts";
export type {
  AssignablePartition,
  AssignableTopics,
  Assignment,
  PartitionAssignor,
  RebalanceProtocol,
  Subscription,
} from "./consumer/assignors/partition_assignor.ts";
export type { RebalanceListener } from "./consumer/rebalance_listener.ts";
export { ConsumerRecord } from "./consumer/consumer_record.ts";
export { ConsumerRecords } from "./consumer/consumer_records.ts";
export type { OffsetAndMetadata } from "./consumer/offset_and_metadata.ts";
export * from "./consumer/record_deserialization_error.ts";

export { Admin } from "./admin/admin.ts";
export { AdminResults } from "./admin/admin_results.ts";

export {
  deserializerOf,
  type JavaDeserializer,
  type SerdeConfigs,
  serializerOf,
} from "./serde/java_classes.ts";
export { SerializationError } from "./serde/serialization_error.ts";
export type { Deserializer, Serializer } from "./serde/serializer.ts";
