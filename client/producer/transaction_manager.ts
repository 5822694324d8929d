/**
 * What an idempotent or transactional producer may do, and what it has to ask the coordinator for (Kafka's `TransactionManager`). It decides;
 * the sender sends.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { AddPartitionsRequest } from "./add_partitions_request.ts";
import { EndTxnRequest } from "./end_txn_request.ts";
import { InitProducerIdRequest } from "./init_producer_id_request.ts";
import {
  AddOffsetsRequest,
  type TransactionGroup,
  type TransactionOffset,
  TxnOffsetCommitRequest,
} from "./offsets_to_transaction.ts";
import type { PartitionQueue } from "./partition_queue.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import { IllegalProducerStateError, ProducerError } from "./producer_errors.ts";
import { isValidProducer, NO_PRODUCER, type ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import { SequenceTracker } from "./sequence_tracker.ts";
import { abortReason, isFatalForProducer, unacknowledged } from "./transaction_errors.ts";
import { TransactionLifecycle } from "./transaction_lifecycle.ts";
import { TransactionPartitions } from "./transaction_partitions.ts";
import { TransactionVersion } from "./transaction_version.ts";
import { TransactionalQueue } from "./transactional_queue.ts";
import type { RequestOutcome, TransactionalRequest } from "./transactional_request.ts";
import type { TransactionalResult } from "./transactional_result.ts";

/** What a manager is made of. */
export interface TransactionManagerOptions {
  /** Name of the transactional producer; `null` for one that is only idempotent. */
  readonly transactionalId: string | null;
  /** `transaction.timeout.ms`. */
  readonly transactionTimeoutMs: number;
  /** `retry.backoff.ms`. */
  readonly retryBackoffMs: number;
  /** Told what happens. */
  readonly logger: Logger;
}

const MAX_INT = 0x7fff_ffff;

/** The state of a producer. */
export class TransactionManager {
  /** Sequence numbers, and who the producer is. */
  readonly sequences: SequenceTracker;
  /** Which version of transactions is used. */
  readonly version: TransactionVersion = new TransactionVersion();
  /** The state. */
  readonly lifecycle: TransactionLifecycle;
  readonly #options: TransactionManagerOptions;
  readonly #queue = new TransactionalQueue();
  /** Whether the broker knows of the transaction. */
  #isStarted = false;
  readonly #partitions = new TransactionPartitions();

  /** Has no id yet. */
  constructor(options: TransactionManagerOptions) {
    this.#options = options;
    const { transactionalId, logger } = options;
    this.sequences = new SequenceTracker(transactionalId !== null);
    this.lifecycle = new TransactionLifecycle(
      transactionalId,
      logger,
      () => this.sequences.producer,
    );
  }

  /** Name of the transactional producer; `null` for one that is only idempotent. */
  get transactionalId(): string | null {
    return this.#options.transactionalId;
  }

  /** Whether it makes transactions. */
  get isTransactional(): boolean {
    return this.#options.transactionalId !== null;
  }

  /** Whether requests wait, or one is on its way. */
  get hasPendingRequests(): boolean {
    return !this.#queue.isEmpty;
  }

  // What users call.

  /** Asks for the producer's id; transactions that its predecessor left open are aborted. */
  initializeTransactions(): TransactionalResult {
    return this.lifecycle.cached("INITIALIZING", "initTransactions", () => {
      this.lifecycle.throwError();
      this.lifecycle.to("INITIALIZING");
      return this.#requestProducerId(NO_PRODUCER);
    });
  }

  /** Starts a transaction. */
  beginTransaction(): void {
    this.lifecycle.ensureTransactional();
    this.lifecycle.throwIfPending("beginTransaction");
    this.lifecycle.throwError();
    this.lifecycle.to("IN_TRANSACTION");
  }

  /** Commits the transaction when all its batches are written. */
  beginCommit(): TransactionalResult {
    return this.lifecycle.cached("COMMITTING_TRANSACTION", "commitTransaction", () => {
      this.lifecycle.throwError();
      this.lifecycle.to("COMMITTING_TRANSACTION");
      return this.#complete(true);
    });
  }

  /** Aborts the transaction. */
  beginAbort(): TransactionalResult {
    return this.lifecycle.cached("ABORTING_TRANSACTION", "abortTransaction", () => {
      if (!this.lifecycle.hasAbortableError) this.lifecycle.throwError();
      this.lifecycle.to("ABORTING_TRANSACTION");
      this.#partitions.forgetNew();
      return this.#complete(false);
    });
  }

  /** Commits offsets of a group when the transaction is committed. */
  sendOffsets(
    offsets: Iterable<readonly [TopicPartition, TransactionOffset]>,
    group: TransactionGroup,
  ): TransactionalResult {
    this.lifecycle.ensureTransactional();
    this.lifecycle.throwIfPending("sendOffsetsToTransaction");
    this.lifecycle.throwError();
    if (this.lifecycle.state !== "IN_TRANSACTION") {
      throw new IllegalProducerStateError(
        `Cannot send offsets if a transaction is not in progress (currentState= ${this.lifecycle.state})`,
      );
    }
    const transactionalId = this.transactionalId!;
    const { producer } = this.sequences;
    const isVersion2 = this.version.isVersion2;
    const wanted = { transactionalId, producer, group, offsets: [...offsets], isVersion2 };
    if (isVersion2) {
      this.#isStarted = true;
      return this.#enqueue(new TxnOffsetCommitRequest(wanted));
    }
    const request = new AddOffsetsRequest(wanted, () => {
      this.#isStarted = true;
      this.#enqueue(new TxnOffsetCommitRequest(wanted, request.result));
    });
    return this.#enqueue(request);
  }

  /** A record was appended: its partition becomes part of the transaction. */
  addPartition(queue: PartitionQueue): void {
    const { name } = queue;
    if (!this.isTransactional || this.#partitions.has(name)) return;
    if (this.version.isVersion2) {
      this.#partitions.add(name);
      this.#isStarted = true;
    } else this.#partitions.want(queue);
  }

  // What the sender asks and tells.

  /** Whether a batch may be sent now. */
  maySend(batch: ProducerBatch): boolean {
    if (this.lifecycle.hasFatalError) return false;
    if (this.isTransactional && !this.#partitions.has(batch.queue.name)) return false;
    return this.sequences.maySend(batch);
  }

  /** Whether the sender has something to do for what was appended last, before any batch is due. */
  get wantsAttention(): boolean {
    return this.#partitions.hasNew || !isValidProducer(this.sequences.producer);
  }

  /**
   * Sees to it that there is an id and an epoch that can be used.
   *
   * @param hasWork whether there is something to send with them
   */
  prepareIdempotence(hasWork: boolean): void {
    if (this.sequences.resolve() === "lost" && this.isTransactional) {
      this.#abortableIfPossible(unacknowledged(true), unacknowledged(false));
    }
    if (this.isTransactional || this.lifecycle.hasFatalError || this.lifecycle.hasAbortableError) {
      return;
    }
    if (this.sequences.needsNewEpoch) {
      this.sequences.takeNewEpoch();
      if (!isValidProducer(this.sequences.producer)) this.lifecycle.toSafely("UNINITIALIZED");
    }
    if (
      !hasWork || this.lifecycle.state === "INITIALIZING" ||
      isValidProducer(this.sequences.producer)
    ) {
      return;
    }
    if (this.lifecycle.toSafely("INITIALIZING")) this.#requestProducerId(NO_PRODUCER);
  }

  /** When {@linkcode TransactionManager.nextRequest} will have something, as far as is known now; infinite for nothing. */
  get nextRequestAtMs(): number {
    return this.#queue.nextAtMs;
  }

  /**
   * Takes the request that is to be sent now; it is on its way until {@linkcode TransactionManager.settle}.
   *
   * @param hasIncomplete whether batches have not ended: a transaction ends after them
   */
  nextRequest(hasIncomplete: boolean, now: number): TransactionalRequest | undefined {
    if (this.#queue.isBusy) return undefined;
    this.#requestNewPartitions();
    for (;;) {
      const next = this.#queue.peek();
      if (next === undefined) return undefined;
      const isEnd = next instanceof EndTxnRequest;
      if (isEnd && hasIncomplete) return undefined;
      if (
        this.lifecycle.lastError !== undefined &&
        (this.lifecycle.hasFatalError || this.lifecycle.hasAbortableError)
      ) {
        this.#queue.drop();
        next.result.fail(this.lifecycle.lastError);
      } else if (isEnd && !this.#isStarted) {
        // The coordinator knows of no transaction.
        this.#queue.drop();
        this.#reset();
        next.result.done();
      } else {
        if (this.#queue.nextAtMs > now) return undefined;
        return this.#queue.send();
      }
    }
  }

  /** Takes the outcome of the request that was on its way. */
  settle(request: TransactionalRequest, outcome: RequestOutcome, now: number): void {
    if (!this.#queue.done(request)) return;
    const { result } = request;
    switch (outcome.kind) {
      case "success":
        outcome.apply();
        if (outcome.continues !== true && !result.isCompleted) result.done();
        return;
      case "retry": {
        const { retryBackoffMs } = this.#options;
        const backoff = Math.min(outcome.backoffMs ?? retryBackoffMs, retryBackoffMs);
        this.#queue.add(request, now + backoff);
        return;
      }
      case "abortable":
        result.fail(outcome.error);
        if (outcome.ifPossible === true) this.#abortableIfPossible(outcome.error, outcome.error);
        else this.lifecycle.toAbortable(outcome.error);
        return;
      case "fatal":
        result.fail(outcome.error);
        this.lifecycle.toFatal(outcome.error);
    }
  }

  /** A batch is written. */
  batchCompleted(batch: ProducerBatch, baseOffset: number): void {
    if (batch.hasSequence) this.sequences.completed(batch, baseOffset);
  }

  /**
   * A batch was given up.
   *
   * @param isCertain whether the broker has refused it, so that its sequence numbers are free
   */
  batchFailed(batch: ProducerBatch, error: Error, isCertain: boolean): void {
    this.failed(error);
    this.sequences.removed(batch);
    if (this.lifecycle.hasFatalError) return;
    const code = error instanceof KafkaError ? error.code : undefined;
    try {
      this.sequences.failed(batch, code, isCertain);
    } catch (cause) {
      this.lifecycle.toFatal(cause as Error);
    }
  }

  /** Something went wrong that was to be part of the transaction. */
  failed(error: Error): void {
    if (isFatalForProducer(error)) {
      this.lifecycle.toFatal(error);
    } else if (this.isTransactional) {
      if (this.version.mustBumpEpoch && !this.lifecycle.isCompleting) {
        this.version.needsEpochBump = true;
      }
      this.lifecycle.toAbortable(abortReason(error));
    }
  }

  /** The producer may not do what it does: everything fails, and it may be initialized again. */
  uninitialize(error: Error): void {
    this.#queue.abort(error);
    this.lifecycle.toSafely("UNINITIALIZED");
    this.lifecycle.failPending(error);
  }

  /** The producer is closed without waiting: whoever waits is told. */
  close(): void {
    const error = new ProducerError("The producer closed forcefully");
    this.#queue.abort(error);
    this.lifecycle.failPending(error);
    this.lifecycle.toFatal(error);
  }

  #enqueue(request: TransactionalRequest): TransactionalResult {
    this.#queue.add(request);
    return request.result;
  }

  #requestProducerId(producer: ProducerIdAndEpoch): TransactionalResult {
    return this.#enqueue(
      new InitProducerIdRequest({
        transactionalId: this.transactionalId,
        transactionTimeoutMs: this.isTransactional ? this.#options.transactionTimeoutMs : MAX_INT,
        producer,
        initialized: (next) => {
          this.#setProducer(next);
          this.lifecycle.toSafely("READY");
          if (isValidProducer(producer)) this.sequences.reset();
        },
      }),
    );
  }

  #requestNewPartitions(): void {
    if (!this.#partitions.hasNew) return;
    this.#enqueue(
      new AddPartitionsRequest({
        transactionalId: this.transactionalId!,
        producer: this.sequences.producer,
        partitions: this.#partitions.take(),
        isFirst: () => this.#partitions.isEmpty,
        answered: (partitions, areAdded) => {
          this.#partitions.answered(partitions, areAdded);
          if (areAdded) this.#isStarted = true;
        },
      }),
    );
  }

  #complete(commits: boolean): TransactionalResult {
    this.#requestNewPartitions();
    const request = new EndTxnRequest({
      transactionalId: this.transactionalId!,
      producer: this.sequences.producer,
      commits,
      isVersion2: this.version.isVersion2,
      ended: (next) => {
        if (next !== undefined) {
          this.#setProducer(next);
          this.sequences.reset();
        }
        this.#reset();
      },
    });
    // The next transaction may be of another version than this one.
    this.version.update(false);
    this.#enqueue(request);
    return this.version.needsEpochBump
      ? this.#requestProducerId(this.sequences.producer)
      : request.result;
  }

  #setProducer(producer: ProducerIdAndEpoch): void {
    const isNew = producer.producerId !== this.sequences.producer.producerId;
    this.#options.logger.write(
      isNew || !this.version.isVersion2 ? "info" : "debug",
      "The producer has an id",
      { ...producer },
    );
    this.sequences.producer = producer;
  }

  #reset(): void {
    this.lifecycle.toSafely(this.version.needsEpochBump ? "INITIALIZING" : "READY");
    this.version.needsEpochBump = false;
    this.#isStarted = false;
    this.#partitions.clear();
  }

  #abortableIfPossible(error: Error, fatal: Error): void {
    if (!this.version.canRecover) return this.lifecycle.toFatal(fatal);
    if (this.version.mustBumpEpoch) this.version.needsEpochBump = true;
    this.lifecycle.toAbortable(error);
  }
}
