/**
 * Where records come in: keys and values become bytes, a partition is chosen, and the bytes go into a batch, or the record waits in line.
 *
 * @module
 */

import type { ClientEnv, KafkaClient } from "../kafka_client.ts";
import type { TopicMetadata } from "../metadata_cache.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { SerdeConfigs } from "../serde/java_classes.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import { BufferExhaustedError } from "./producer_errors.ts";
import type { ProducerTotals } from "./producer_metrics.ts";
import { checkRecord, type ProducerRecord } from "./producer_record.ts";
import type { ProducerSettings } from "./producer_settings.ts";
import type { RecordAccumulator } from "./record_accumulator.ts";
import type { SendCallback } from "./record_ack.ts";
import { RecordRouter } from "./record_router.ts";
import { RecordSerializer } from "./record_serializer.ts";
import type { TransactionManager } from "./transaction_manager.ts";
import {
  type PreparedRecord,
  type WaitingSend,
  WaitingSendLines,
  type WaitReason,
} from "./waiting_sends.ts";

/** What records come into. */
export interface RecordIntakeOptions {
  /** The producer's settings. */
  readonly settings: ProducerSettings;
  /** What the user has given, which serializers may look at. */
  readonly configs: SerdeConfigs;
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** Knows the topics. */
  readonly client: KafkaClient;
  /** Takes records into batches. */
  readonly accumulator: RecordAccumulator;
  /** Transactions; `undefined` without sequence numbers. */
  readonly transactions: TransactionManager | undefined;
  /** Counts. */
  readonly totals: ProducerTotals;
  /** Wakes the sender now. */
  readonly wake: () => void;
  /** Wakes the sender at a time. */
  readonly wakeAt: (ms: number) => void;
}

/** Takes records in. */
export class RecordIntake<K, V> {
  /** Records that wait. */
  readonly waiting: WaitingSendLines<K, V>;
  /** Chooses partitions. */
  readonly router: RecordRouter;
  readonly #options: RecordIntakeOptions;
  readonly #keys: RecordSerializer<K>;
  readonly #values: RecordSerializer<V>;
  readonly #maxBlockMs: number;

  /**
   * Takes nothing in yet.
   *
   * @throws {InvalidConfigError} for serializers and partitioners that are none
   */
  constructor(options: RecordIntakeOptions) {
    this.#options = options;
    const { settings: { config }, configs } = options;
    const given = (name: string) => config.thing(name) ?? config.string(name);
    this.#keys = new RecordSerializer("key", given("key.serializer"), configs);
    this.#values = new RecordSerializer("value", given("value.serializer"), configs);
    this.router = new RecordRouter(config);
    this.#maxBlockMs = config.number("max.block.ms");
    this.waiting = new WaitingSendLines({
      attempt: (send) => this.#attempt(send),
      timedOut: (send) => this.refuse(send.record, send.ack, this.#timeoutOf(send)),
      refuse: ({ record, ack }, error) => this.#tell(record, ack, error),
    });
  }

  /** Takes a record in. Who waits for it hears of everything that goes wrong; the signal gives it up unless it is in a batch. */
  take(record: ProducerRecord<K, V>, ack: SendCallback, signal?: AbortSignal): void {
    try {
      checkRecord(record);
      if (this.waiting.has(record.topic)) this.#wait(record, ack, signal, "metadata", undefined);
      else this.#append(record, ack, signal);
    } catch (error) {
      this.refuse(record, ack, error as Error);
    }
  }

  /** The way that nearly all records go: straight into a batch. */
  #append(
    record: ProducerRecord<K, V>,
    ack: SendCallback,
    signal: AbortSignal | undefined,
  ): void {
    const { topic, headers } = record;
    const metadata = this.#options.client.metadata.topic(topic);
    if (metadata === undefined || !(metadata.partitions.length > (record.partition ?? 0))) {
      return this.#wait(record, ack, signal, "metadata", undefined);
    }
    const key = this.#keys.serialize(record.key, topic, headers);
    const value = this.#values.serialize(record.value, topic, headers);
    const partition = this.router.partition(record, key, value, metadata);
    this.router.ensureSize(key, value, headers);
    if (this.#options.transactions?.lifecycle.mayAppend === false) {
      this.#failAppend(metadata, partition);
    }
    const timestamp = record.timestamp ?? this.#options.env.clock.now();
    const result = this.#options.accumulator.append(
      metadata,
      partition,
      timestamp,
      key,
      value,
      headers,
      ack,
    );
    if (result === "no-memory") {
      this.#wait(record, ack, signal, "memory", { key, value, partition, timestamp });
    } else if (result !== "appended") {
      this.#appended(result === "full");
    }
  }

  /** @throws why no record may be sent now */
  #failAppend(metadata: TopicMetadata, chosen: number): never {
    const { name } = metadata;
    const partition = chosen >= 0
      ? chosen
      : this.#options.accumulator.topic(name).sticky.current(metadata);
    throw this.#options.transactions!.lifecycle.whyNotAppend(`${name}-${partition}`);
  }

  /** A record came into a batch that is new or full. */
  #appended(isFull: boolean): void {
    const batch = this.#options.accumulator.lastBatch!;
    const { lingerMs } = this.#options.settings;
    this.#options.transactions?.addPartition(batch.queue);
    if (isFull || lingerMs === 0 || this.#options.transactions?.wantsAttention === true) {
      this.#options.wake();
    } else {
      this.#options.wakeAt(batch.createdMs + lingerMs);
    }
    // A topic that records are sent to must not be forgotten.
    if (batch.count === 1) this.#options.client.updater.wantTopics([batch.queue.topic]);
  }

  #wait(
    record: ProducerRecord<K, V>,
    ack: SendCallback,
    signal: AbortSignal | undefined,
    reason: WaitReason,
    prepared: PreparedRecord | undefined,
  ): void {
    const { metadata } = this.#options.client;
    const { topic } = record;
    // Who has waited for the answer is told in other words.
    if (metadata.topicError(topic) === "INVALID_TOPIC_EXCEPTION") {
      throw new KafkaError("INVALID_TOPIC_EXCEPTION", topic);
    }
    this.waiting.add({
      record,
      ack,
      deadlineMs: this.#options.env.clock.monotonic() + this.#maxBlockMs,
      signal,
      metadataVersion: metadata.version,
      reason,
      prepared,
    });
    this.#options.wake();
  }

  #attempt(send: WaitingSend<K, V>): ProducerBatch | WaitReason | undefined {
    const { record, ack, signal } = send;
    const { topic, headers } = record;
    try {
      signal?.throwIfAborted();
      const metadata = this.#options.client.metadata.topic(topic);
      if (metadata === undefined || !(metadata.partitions.length > (record.partition ?? 0))) {
        this.#askForTopic(send);
        return "metadata";
      }
      if (send.prepared === undefined) {
        const key = this.#keys.serialize(record.key, topic, headers);
        const value = this.#values.serialize(record.value, topic, headers);
        const partition = this.router.partition(record, key, value, metadata);
        this.router.ensureSize(key, value, headers);
        const timestamp = record.timestamp ?? this.#options.env.clock.now();
        send.prepared = { key, value, partition, timestamp };
      }
      const { key, value, partition, timestamp } = send.prepared;
      if (this.#options.transactions?.lifecycle.mayAppend === false) {
        this.#failAppend(metadata, partition);
      }
      const result = this.#options.accumulator.append(
        metadata,
        partition,
        timestamp,
        key,
        value,
        headers,
        ack,
      );
      if (result === "no-memory") return "memory";
      this.#appended(result === "full");
      return this.#options.accumulator.lastBatch;
    } catch (error) {
      this.refuse(record, ack, error as Error);
      return undefined;
    }
  }

  /** @throws what a broker says of the topic, when waiting is of no use */
  #askForTopic({ record: { topic }, metadataVersion }: WaitingSend<K, V>): void {
    const { metadata, updater } = this.#options.client;
    const error = metadata.topicError(topic);
    if (error === "INVALID_TOPIC_EXCEPTION") throw invalidTopic(topic);
    if (error === "TOPIC_AUTHORIZATION_FAILED" && metadata.version > metadataVersion) {
      throw new KafkaError(error, `Not authorized to access topics: [${topic}]`);
    }
    updater.wantTopics([topic]);
    updater.request();
  }

  #timeoutOf({ record, reason, prepared }: WaitingSend<K, V>): Error {
    const { topic, partition } = record;
    const waitedMs = this.#maxBlockMs;
    if (reason === "memory") {
      this.#options.totals.exhausted++;
      const { totalBytes, availableBytes } = this.#options.accumulator.pool;
      const { batchSize } = this.#options.settings;
      const size = Math.max(
        batchSize,
        this.router.sizeOf(prepared?.key ?? null, prepared?.value ?? null, record.headers),
      );
      return new BufferExhaustedError(
        `Failed to allocate ${size} bytes within the configured max blocking time ${waitedMs} ms. ` +
          `Total memory: ${totalBytes} bytes. Available memory: ${availableBytes} bytes. ` +
          `Poolable size: ${batchSize} bytes`,
      );
    }
    const { metadata } = this.#options.client;
    const count = metadata.topic(topic)?.partitions.length;
    const text = count === undefined
      ? `Topic ${topic} not present in metadata after ${waitedMs} ms.`
      : `Partition ${partition} of topic ${topic} with partition count ${count} is not present in ` +
        `metadata after ${waitedMs} ms.`;
    const error = metadata.topicError(topic);
    const options = error === undefined ? {} : { cause: new KafkaError(error) };
    return new KafkaError("REQUEST_TIMED_OUT", text, options);
  }

  /** A record is not sent. In a transaction that is an error of the transaction. */
  refuse(record: ProducerRecord<K, V>, ack: SendCallback, error: Error): void {
    if (error instanceof KafkaError) this.#options.transactions?.failed(error);
    this.#tell(record, ack, error);
  }

  #tell(record: ProducerRecord<K, V>, ack: SendCallback, error: Error): void {
    const { logger } = this.#options.env;
    logger.write("debug", "A record is not sent", { topic: record.topic, error });
    try {
      ack(null, error);
    } catch (cause) {
      logger.write("error", "A callback of a record failed", { topic: record.topic, error: cause });
    }
  }
}

function invalidTopic(topic: string): KafkaError {
  return new KafkaError("INVALID_TOPIC_EXCEPTION", `Invalid topics: [${topic}]`);
}
