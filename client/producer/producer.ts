/**
 * The producer (Kafka's `KafkaProducer`).
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { withDeadline } from "../network/deadline.ts";
import { ExponentialBackoff } from "../network/exponential_backoff.ts";
import { type ClientEnv, KafkaClient } from "../kafka_client.ts";
import type { PartitionMetadata } from "../metadata_cache.ts";
import { tcpTransport } from "../network/tcp_transport.ts";
import { FlushBarrier } from "./flush_barrier.ts";
import type { TransactionGroup, TransactionOffset } from "./offsets_to_transaction.ts";
import { IllegalProducerStateError } from "./producer_errors.ts";
import { type ProducerInterceptor, ProducerInterceptors } from "./producer_interceptors.ts";
import { noTotals, type ProducerMetrics } from "./producer_metrics.ts";
import type { CloseOptions, ProducerOptions, WaitOptions } from "./producer_options.ts";
import type { ProducerRecord } from "./producer_record.ts";
import { type ProducerSettings, producerSettings } from "./producer_settings.ts";
import { RecordAccumulator } from "./record_accumulator.ts";
import { promiseAck, type SendCallback } from "./record_ack.ts";
import type { RecordMetadata } from "./record_metadata.ts";
import { RecordIntake } from "./record_intake.ts";
import { Sender } from "./sender.ts";
import { TransactionManager } from "./transaction_manager.ts";
import type { TransactionalResult } from "./transactional_result.ts";

/**
 * Writes records to topics. `send` puts a record into a batch and returns; batches are sent in the background, in few requests, and sent again
 * after failures that may pass.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Producer } from "@seglog/seglog/client";
 * import { Broker } from "@seglog/seglog/cluster";
 *
 * const dir = await Deno.makeTempDir();
 * {
 *   await using broker = await Broker.start({ dir, port: 0 });
 *   const { host, port } = broker.address;
 *   await using producer = new Producer({ bootstrapServers: `${host}:${port}` });
 *   const { topic, partition, offset } = await producer.send({ topic: "greetings", value: "hello" });
 *   assertEquals([topic, partition, offset], ["greetings", 0, 0]);
 * }
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class Producer<K = string | Uint8Array, V = string | Uint8Array> implements AsyncDisposable {
  readonly #env: ClientEnv;
  readonly #settings: ProducerSettings;
  readonly #client: KafkaClient;
  readonly #accumulator: RecordAccumulator;
  readonly #transactions: TransactionManager | undefined;
  readonly #intake: RecordIntake<K, V>;
  readonly #sender: Sender;
  readonly #interceptors: ProducerInterceptors<K, V>;
  readonly #maxBlockMs: number;
  readonly #totals = noTotals();
  #closing: Promise<void> | undefined;

  /**
   * Starts without a connection.
   *
   * @throws {InvalidConfigError} in Kafka's words
   */
  constructor(options: ProducerOptions<K, V>) {
    const { env, transport, ...configs } = options;
    this.#env = env ?? systemEnv();
    const { clock, random, logger } = this.#env;
    const settings = this.#settings = producerSettings(configs, logger);
    const { config } = settings;
    this.#maxBlockMs = config.number("max.block.ms");
    this.#interceptors = new ProducerInterceptors(
      (config.thing("interceptor.classes") ?? []) as readonly ProducerInterceptor<K, V>[],
      logger,
    );
    const client = this.#client = new KafkaClient({
      config,
      env: this.#env,
      transport: transport ?? tcpTransport(),
    });
    client.updater.topicIdleMs = config.number("metadata.max.idle.ms");
    const retryBackoffMs = config.number("retry.backoff.ms");
    this.#accumulator = new RecordAccumulator({
      settings,
      env: this.#env,
      retryBackoff: new ExponentialBackoff(
        retryBackoffMs,
        config.number("retry.backoff.max.ms"),
        random,
      ),
      isSlow: (nodeId) => this.#sender.isSlow(nodeId),
    });
    const { transactionalId } = settings;
    if (settings.isIdempotent) {
      const transactionTimeoutMs = config.number("transaction.timeout.ms");
      this.#transactions = new TransactionManager({
        transactionalId,
        transactionTimeoutMs,
        retryBackoffMs,
        logger,
      });
    }
    this.#intake = new RecordIntake({
      settings,
      configs,
      env: this.#env,
      client,
      accumulator: this.#accumulator,
      transactions: this.#transactions,
      totals: this.#totals,
      wake: () => this.#sender.wake(),
      wakeAt: (ms) => this.#sender.wakeAt(ms),
    });
    this.#sender = new Sender({
      settings,
      client,
      accumulator: this.#accumulator,
      transactions: this.#transactions,
      waiting: this.#intake.waiting,
      totals: this.#totals,
      clock,
      logger,
    });
    client.updater.onUpdate(() => this.#sender.wake());
  }

  /** What the producer calls itself. */
  get clientId(): string {
    return this.#settings.clientId;
  }

  /**
   * Sends a record. The promise is kept when the record is written as `acks` says, and broken when it is given up; records of a partition keep
   * their order. While memory is used up, or the topic is not known, the record waits for up to `max.block.ms`: who sends much does well to await
   * a promise now and then, or {@linkcode Producer.ready}. A signal ends the wait: a record that is not in a batch by then is not sent, one that is may be
   * written all the same.
   */
  send(record: ProducerRecord<K, V>, options?: WaitOptions): Promise<RecordMetadata>;
  /**
   * Sends a record, and calls back; this takes less time and memory than a promise.
   *
   * @returns whether there is room for more; if not, who sends much does well to await {@linkcode Producer.ready}
   */
  send(record: ProducerRecord<K, V>, callback: SendCallback): boolean;
  send(
    record: ProducerRecord<K, V>,
    how?: SendCallback | WaitOptions,
  ): Promise<RecordMetadata> | boolean {
    if (typeof how === "function") {
      this.#send(record, how);
      return this.#intake.waiting.size === 0 && !this.#accumulator.backlog.isLong;
    }
    const signal = how?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const sent = new Promise<RecordMetadata>((resolve, reject) =>
      this.#send(record, promiseAck(resolve, reject), signal)
    );
    return signal === undefined ? sent : withDeadline(sent, signal);
  }

  /** Resolves when no send waits, and no more full batches wait than brokers take at once: at once, most of the time. */
  async ready(options: WaitOptions = {}): Promise<void> {
    await this.#whenTaken(options);
    const { backlog } = this.#accumulator;
    if (backlog.isLong) await withDeadline(backlog.whenShort(), options.signal);
  }

  /** Sends everything now, and resolves when all records that were given to `send` before are written or given up. */
  async flush(options: WaitOptions = {}): Promise<void> {
    const barrier = new FlushBarrier();
    this.#accumulator.flushes++;
    this.#accumulator.addBarrier(barrier);
    this.#intake.waiting.addBarrier(barrier);
    this.#sender.wake();
    try {
      await withDeadline(barrier.wait(), options.signal);
    } finally {
      this.#accumulator.flushes--;
    }
  }

  /**
   * The partitions of a topic.
   *
   * @throws {KafkaError} when the topic is not known after `max.block.ms`, or may not be
   */
  async partitionsFor(
    topic: string,
    options: WaitOptions = {},
  ): Promise<readonly PartitionMetadata[]> {
    this.#throwIfClosed();
    const { partitions } = await this.#client.updater.awaitTopic(topic, {
      timeoutMs: this.#maxBlockMs,
      ...options,
    });
    return partitions;
  }

  /** What has been sent so far, and how things are. */
  metrics(): ProducerMetrics {
    const { sent, failed, retried, bytes, requests, splits, exhausted } = this.#totals;
    const { totalBytes, availableBytes } = this.#accumulator.pool;
    return {
      "record-send-total": sent,
      "record-error-total": failed,
      "record-retry-total": retried,
      "byte-total": bytes,
      "request-total": requests,
      "batch-split-total": splits,
      "buffer-total-bytes": totalBytes,
      "buffer-available-bytes": availableBytes,
      "buffer-exhausted-total": exhausted,
      "requests-in-flight": this.#sender.inFlight,
      "waiting-threads": this.#intake.waiting.size,
    };
  }

  /**
   * Gets ready for transactions: what a producer of the same `transactional.id` has left open is aborted, and it is fenced.
   *
   * @throws {KafkaError} when that takes longer than `max.block.ms`, and what the coordinator says
   */
  async initTransactions(options: WaitOptions = {}): Promise<void> {
    const transactions = this.#forTransactions();
    await this.#await(
      transactions.initializeTransactions(),
      "InitTransactions timed out - did not complete coordinator discovery or " +
        "receive the InitProducerId response within max.block.ms.",
      options,
    );
    transactions.version.update(true);
  }

  /** Starts a transaction: records that are sent from now on are part of it. */
  beginTransaction(): void {
    this.#forTransactions().beginTransaction();
  }

  /**
   * Makes what a consumer has read part of the transaction: the offsets are committed when it is.
   *
   * @param offsets by partition
   * @param group the group, as `Consumer.groupMetadata()` tells it
   */
  async sendOffsetsToTransaction(
    offsets: Iterable<readonly [TopicPartition, TransactionOffset]>,
    group: TransactionGroup,
    options: WaitOptions = {},
  ): Promise<void> {
    if (group === null || group === undefined) {
      throw new TypeError("Consumer group metadata could not be null");
    }
    if ((group.generationId ?? -1) > 0 && (group.memberId ?? "") === "") {
      throw new TypeError(
        `Passed in group metadata ${
          JSON.stringify(group)
        } has generationId > 0 but the member.id is unknown`,
      );
    }
    const transactions = this.#forTransactions();
    const entries = [...offsets];
    if (entries.length === 0) return;
    await this.#await(
      transactions.sendOffsets(entries, group),
      "SendOffsetsToTransaction timed out - did not reach the coordinator or " +
        "receive the TxnOffsetCommit/AddOffsetsToTxn response within max.block.ms",
      options,
    );
  }

  /**
   * Commits the transaction, when all its records are written.
   *
   * @throws {KafkaError} when that takes longer than `max.block.ms`; the call may be made again then
   */
  async commitTransaction(options: WaitOptions = {}): Promise<void> {
    const transactions = this.#forTransactions();
    // What waits to get into a batch is part of the transaction, too.
    await this.#whenTaken(options);
    await this.#await(
      transactions.beginCommit(),
      "CommitTransaction timed out - did not complete EndTxn with the transaction coordinator within max.block.ms",
      options,
    );
  }

  /**
   * Aborts the transaction. Records that were not sent yet are given up.
   *
   * @throws {KafkaError} when that takes longer than `max.block.ms`; the call may be made again then
   */
  async abortTransaction(options: WaitOptions = {}): Promise<void> {
    const transactions = this.#forTransactions();
    this.#env.logger.write("info", "Aborting incomplete transaction", {});
    await this.#await(
      transactions.beginAbort(),
      "AbortTransaction timed out - did not complete EndTxn(abort) with the transaction coordinator within max.block.ms",
      options,
    );
  }

  /**
   * Sends what was given to `send`, and ends. A transaction that is open is aborted.
   *
   * @throws {RangeError} for a time-out that is none
   */
  close(options: CloseOptions = {}): Promise<void> {
    const { timeoutMs = Infinity } = options;
    if (!(timeoutMs >= 0)) {
      return Promise.reject(new RangeError("The timeout cannot be negative."));
    }
    this.#closing ??= this.#close();
    if (timeoutMs === 0) this.#sender.forceClose();
    else if (timeoutMs !== Infinity) this.#forceCloseAfter(timeoutMs, this.#closing);
    return this.#closing;
  }

  /** As {@linkcode Producer.close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await this.#sender.close();
    this.#client.close();
    this.#interceptors.close();
    this.#intake.router.partitioner?.close?.();
  }

  #forceCloseAfter(timeoutMs: number, closed: Promise<void>): void {
    const done = new AbortController();
    closed.finally(() => done.abort());
    this.#env.clock.sleep(timeoutMs, done.signal).then(
      () => {
        this.#env.logger.write("info", "Proceeding to force close the producer", { timeoutMs });
        this.#sender.forceClose();
      },
      () => {},
    );
  }

  /** Resolves when no send waits to get into a batch. */
  async #whenTaken({ signal }: WaitOptions): Promise<void> {
    const { waiting } = this.#intake;
    if (waiting.size > 0) await withDeadline(waiting.whenIdle(), signal);
  }

  #throwIfClosed(): void {
    if (this.#closing !== undefined) throw closedError();
  }

  #forTransactions(): TransactionManager {
    if (this.#transactions === undefined) {
      throw new IllegalProducerStateError(
        "Cannot use transactional methods without enabling transactions by setting the " +
          "transactional.id configuration property",
      );
    }
    this.#throwIfClosed();
    return this.#transactions;
  }

  async #await(
    result: TransactionalResult,
    timeoutReason: string,
    { signal }: WaitOptions,
  ): Promise<void> {
    this.#sender.wake();
    await result.wait(this.#env.clock, this.#maxBlockMs, timeoutReason, signal);
  }

  #send(given: ProducerRecord<K, V>, waiting: SendCallback, signal?: AbortSignal): void {
    let record = given;
    let ack = waiting;
    if (!this.#interceptors.isEmpty) {
      record = this.#interceptors.onSend(given);
      ack = (metadata, error) => {
        this.#interceptors.onAcknowledgement(record, metadata, error);
        waiting(metadata, error);
      };
    }
    if (this.#closing === undefined) this.#intake.take(record, ack, signal);
    else this.#intake.refuse(record, ack, closedError());
  }
}

function closedError(): Error {
  return new IllegalProducerStateError("Cannot perform operation after producer has been closed");
}
