/** A broker in memory with topics, records in them, and consumers. */

import { ClientConfig } from "../../client/config/client_config.ts";
import { COMMON_CONFIGS } from "../../client/config/common_configs.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import type { ConsumerOptions } from "../../client/consumer/consumer_options.ts";
import type { ConsumerRecord } from "../../client/consumer/consumer_record.ts";
import { KafkaClient } from "../../client/kafka_client.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { errorName } from "../../client/protocol/error_codes.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { deleteRecords } from "../../client/protocol/messages/delete_records.ts";
import { deleteTopics } from "../../client/protocol/messages/delete_topics.ts";
import { produce } from "../../client/protocol/messages/produce.ts";
import { TestBroker, type TestBrokerOptions } from "../../cluster/testing/mod.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import {
  RecordBatchBuilder,
  type RecordBatchOptions,
} from "../../storage/record/record_batch_builder.ts";
import { string } from "../../storage/serde/string.ts";
import { CollectingLogger } from "./manual_env.ts";
import { systemEnv } from "../../storage/system_env.ts";

/** A topic's only partition, or another. */
export function tp(topic: string, partition = 0): TopicPartition {
  return { topic, partition };
}

/** A record that a test writes. */
export interface WorldRecord {
  readonly key?: string;
  readonly value?: string | null;
  readonly timestamp?: number;
  readonly headers?: readonly { readonly key: string; readonly value: Uint8Array | null }[];
}

const utf8 = new TextEncoder();

/** One batch of records. */
export function batchOfRecords(
  records: readonly (WorldRecord | string)[],
  options: Omit<RecordBatchOptions, "baseOffset"> & { readonly baseOffset?: number } = {},
): Uint8Array {
  const builder = new RecordBatchBuilder({ baseOffset: 0, ...options });
  for (const record of records) {
    const { key, value = null, timestamp = 1000, headers = [] } = typeof record === "string"
      ? { value: record }
      : record;
    builder.append(
      timestamp,
      key === undefined ? null : utf8.encode(key),
      value === null ? null : utf8.encode(value),
      headers,
    );
  }
  return builder.build();
}

/** The world of a test of consumers. */
export class ConsumerWorld implements AsyncDisposable {
  readonly broker: TestBroker;
  readonly transport: MemoryTransport;
  readonly logger = new CollectingLogger();
  readonly #client: KafkaClient;
  readonly #consumers: { close(): Promise<void> }[] = [];

  private constructor(broker: TestBroker, transport: MemoryTransport) {
    this.broker = broker;
    this.transport = transport;
    const config = ClientConfig.parse(COMMON_CONFIGS, {
      "bootstrap.servers": broker.bootstrapServers,
    });
    this.#client = new KafkaClient({ config, env: systemEnv(), transport });
  }

  static async start(
    options: TestBrokerOptions & { readonly transport?: MemoryTransport } = {},
  ): Promise<ConsumerWorld> {
    const { transport = new MemoryTransport() } = options;
    const broker = await TestBroker.start({ ...options, transport });
    return new ConsumerWorld(broker, transport);
  }

  /** A client that asks what a test wants to ask. */
  get client(): KafkaClient {
    return this.#client;
  }

  /** A consumer of texts that waits not long; it ends with the world. */
  consumer(options: Partial<ConsumerOptions<string, string>> = {}): Consumer<string, string> {
    const consumer = new Consumer<string, string>({
      bootstrapServers: this.broker.bootstrapServers,
      fetchMaxWaitMs: 10,
      retryBackoffMs: 5,
      autoOffsetReset: "earliest",
      keyDeserializer: string(),
      valueDeserializer: string(),
      transport: this.transport,
      env: { ...systemEnv(), logger: this.logger },
      ...options,
    } as ConsumerOptions<string, string>);
    this.#consumers.push(consumer);
    return consumer;
  }

  /** Makes a topic. */
  async topic(
    name: string,
    numPartitions = 1,
    configs: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { topics: [topic] } = await this.#client.sendToAny(createTopics, {
      topics: [{
        name,
        numPartitions,
        replicationFactor: 1,
        configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      }],
      timeoutMs: 5000,
    });
    if (topic!.errorCode !== 0) throw new Error(`${topic!.errorMessage}`);
    return topic!.topicId;
  }

  /** Deletes a topic. */
  async deleteTopic(name: string): Promise<void> {
    const { responses: [answer] } = await this.#client.sendToAny(deleteTopics, {
      topics: [{ name, topicId: ZERO_UUID }],
      timeoutMs: 5000,
    }, { version: 6 });
    if (answer!.errorCode !== 0) throw new Error(errorName(answer!.errorCode));
  }

  /** Writes texts, or a batch as it is. Returns the offset of the first. */
  async write(
    partition: TopicPartition,
    records: readonly (WorldRecord | string)[] | Uint8Array,
  ): Promise<number> {
    const batch = records instanceof Uint8Array ? records : batchOfRecords(records);
    for (;;) {
      const { responses: [topic] } = await this.#client.sendToAny(produce, {
        acks: -1,
        timeoutMs: 5000,
        topicData: [{
          name: partition.topic,
          partitionData: [{ index: partition.partition, records: batch }],
        }],
      }, { version: 9 });
      const { errorCode, baseOffset } = topic!.partitionResponses[0]!;
      if (errorCode === 0) return baseOffset;
      const error = errorName(errorCode);
      if (error !== "NOT_LEADER_OR_FOLLOWER") throw new Error(error);
    }
  }

  /** Deletes the records before an offset. */
  async deleteRecordsBefore({ topic: name, partition }: TopicPartition, offset: number) {
    const { topics: [topic] } = await this.#client.sendToAny(deleteRecords, {
      topics: [{ name, partitions: [{ partitionIndex: partition, offset }] }],
      timeoutMs: 5000,
    });
    const { errorCode } = topic!.partitions[0]!;
    if (errorCode !== 0) throw new Error(errorName(errorCode));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.close()));
    this.#client.close();
    await this.broker[Symbol.asyncDispose]();
  }
}

/** Polls until there are `count` records. */
export async function take<K, V>(
  consumer: Consumer<K, V>,
  count: number,
): Promise<ConsumerRecord<K, V>[]> {
  const taken: ConsumerRecord<K, V>[] = [];
  while (taken.length < count) taken.push(...await consumer.poll(10_000));
  return taken;
}

/** The values of records. */
export function values<V>(records: Iterable<ConsumerRecord<unknown, V>>): (V | null)[] {
  return [...records].map(({ value }) => value);
}
