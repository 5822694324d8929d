/**
 * Checks what one producer appends against what it appended before. As
 * `org.apache.kafka.storage.internals.log.ProducerAppendInfo`.
 *
 * @module
 */

import { assert } from "@std/assert";
import { type Logger, silentLogger } from "../../env.ts";
import { ProducerStateError } from "../../errors.ts";
import {
  type EndTransactionMarker,
  parseEndTransactionMarker,
} from "../../record/control_record.ts";
import type { AnyRecordBatch } from "../../record/record_batch.ts";
import { NO_PRODUCER_EPOCH, NO_SEQUENCE } from "../../record/record_batch.ts";
import type { AppendOrigin } from "./append_origin.ts";
import { MAX_SEQUENCE, type ProducerStateEntry } from "./producer_state_entry.ts";
import type { CompletedTxn, TxnMetadata } from "./transaction_table.ts";
import type { VerificationStateEntry } from "./verification_state_entry.ts";

export type { CompletedTxn, TxnMetadata } from "./transaction_table.ts";

/** Stands for a transaction version that is not known: data batches, and markers that come by replication. */
export const TV_UNKNOWN: number = -1;

const MAX_PRODUCER_EPOCH = 0x7fff;
const NONE: readonly TxnMetadata[] = [];

/**
 * The batches of one producer in one append. It starts from the producer's state, takes the batches one by one and
 * changes nothing until `ProducerStateManager.update` takes it over, so that an append can still fail.
 */
export class ProducerAppendInfo {
  readonly #topicPartition: string;
  readonly #currentEntry: ProducerStateEntry;
  readonly #updatedEntry: ProducerStateEntry;
  readonly #origin: AppendOrigin;
  readonly #verification: VerificationStateEntry | undefined;
  readonly #logger: Logger;
  #startedTransactions: TxnMetadata[] | undefined;

  /**
   * Starts an append from what is known of the producer.
   *
   * @param topicPartition name of the partition, for messages
   * @param currentEntry the producer's state so far; not changed
   * @param origin who appends: sequences are checked for clients only, and what comes by replication was checked by the leader
   * @param verification the verification under way for the producer, if any
   * @param logger told of what is odd but accepted
   */
  constructor(
    topicPartition: string,
    currentEntry: ProducerStateEntry,
    origin: AppendOrigin,
    verification?: VerificationStateEntry,
    logger: Logger = silentLogger,
  ) {
    this.#topicPartition = topicPartition;
    this.#currentEntry = currentEntry;
    this.#updatedEntry = currentEntry.withoutBatches();
    this.#origin = origin;
    this.#verification = verification;
    this.#logger = logger;
  }

  /** The producer. */
  get producerId(): number {
    return this.#updatedEntry.producerId;
  }

  /** Transactions that began in this append. */
  get startedTransactions(): readonly TxnMetadata[] {
    return this.#startedTransactions ?? NONE;
  }

  /** The producer's state with this append; its batches are those of this append only. */
  toEntry(): ProducerStateEntry {
    return this.#updatedEntry;
  }

  /**
   * Takes one batch of the producer.
   *
   * @param batch data, or the marker that ends a transaction
   * @param firstOffset its first offset, when it is not the batch's base offset
   * @param transactionVersion for a marker: the version of the transaction protocol (0, 1 or 2)
   * @returns the transaction that the batch ended, if it ended one that has data here
   * @throws {ProducerStateError} the batch does not follow from what the producer wrote before
   * @throws {CorruptRecordError} a marker that cannot be read
   */
  append(
    batch: AnyRecordBatch,
    firstOffset: number = batch.baseOffset,
    transactionVersion: number = TV_UNKNOWN,
  ): CompletedTxn | undefined {
    if (!batch.isControlBatch) {
      this.appendDataBatch(
        batch.producerEpoch,
        batch.baseSequence,
        batch.lastSequence,
        batch.maxTimestamp,
        firstOffset,
        batch.lastOffset,
        batch.isTransactional,
      );
      return undefined;
    }
    const first = batch.records().next();
    // The cleaner leaves a marker's batch without its record once the whole transaction is gone.
    if (first.done) return undefined;
    return this.appendEndTxnMarker(
      parseEndTransactionMarker(first.value),
      batch.producerEpoch,
      batch.baseOffset,
      first.value.timestamp,
      transactionVersion,
    );
  }

  /**
   * Takes one data batch.
   *
   * @param lastTimestamp largest timestamp of the batch, ms since the epoch
   * @throws {ProducerStateError} as {@linkcode ProducerAppendInfo.append}
   */
  appendDataBatch(
    epoch: number,
    firstSeq: number,
    lastSeq: number,
    lastTimestamp: number,
    firstOffset: number,
    lastOffset: number,
    isTransactional: boolean,
  ): void {
    this.#checkProducerEpoch(epoch, firstOffset, TV_UNKNOWN);
    if (this.#origin === "client") this.#checkSequence(epoch, firstSeq, firstOffset);
    const entry = this.#updatedEntry;
    entry.addBatch(epoch, lastSeq, lastOffset, lastOffset - firstOffset, lastTimestamp);
    const isOpen = entry.currentTxnFirstOffset !== undefined;
    if (isOpen && !isTransactional) {
      throw new ProducerStateError(
        "INVALID_TXN_STATE",
        `Expected transactional write from producer ${this.producerId} at offset ${firstOffset} in partition ${this.#topicPartition}`,
      );
    }
    if (!isOpen && isTransactional) {
      entry.beginTransaction(firstOffset);
      const started = { producerId: this.producerId, firstOffset, lastOffset: undefined };
      if (this.#startedTransactions === undefined) this.#startedTransactions = [started];
      else this.#startedTransactions.push(started);
    }
  }

  /**
   * Takes the marker that ends a transaction.
   *
   * @param marker commit or abort, and the coordinator's epoch
   * @param producerEpoch epoch in the marker's batch
   * @param offset the marker's offset
   * @param timestamp the marker's timestamp, ms since the epoch
   * @param transactionVersion 0 or 1: the marker has the producer's epoch or a newer one; 2: the coordinator has raised the
   *   epoch first, so that a marker with the current one is late (KIP-890)
   * @returns the transaction, unless it has no data here: such a marker moves no last stable offset
   */
  appendEndTxnMarker(
    marker: EndTransactionMarker,
    producerEpoch: number,
    offset: number,
    timestamp: number,
    transactionVersion: number = TV_UNKNOWN,
  ): CompletedTxn | undefined {
    // Batches do not carry the version. A replica goes by the laxer rule: the leader has applied the right one.
    assert(
      transactionVersion !== TV_UNKNOWN || this.#origin === "replication",
      "transactionVersion must be explicitly specified for a marker, unless it comes by replication",
    );
    this.#checkProducerEpoch(producerEpoch, offset, Math.max(transactionVersion, 0));
    this.#checkCoordinatorEpoch(marker, offset);
    const firstOffset = this.#updatedEntry.currentTxnFirstOffset;
    this.#updatedEntry.endTransaction(producerEpoch, marker.coordinatorEpoch, timestamp);
    if (firstOffset === undefined) return undefined;
    return {
      producerId: this.producerId,
      firstOffset,
      lastOffset: offset,
      isAborted: marker.type === "ABORT",
    };
  }

  #checkProducerEpoch(producerEpoch: number, offset: number, transactionVersion: number): void {
    const entry = this.#updatedEntry;
    const current = entry.producerEpoch;
    const strict = transactionVersion >= 2;
    if (strict ? producerEpoch > current : producerEpoch >= current) return;
    // A coordinator that fails over, or loses the answer, writes the marker once more. The transaction has ended
    // then, and one more marker does no harm; an epoch that can't grow any more is let through as well.
    if (
      strict && producerEpoch === current &&
      (entry.currentTxnFirstOffset === undefined || producerEpoch === MAX_PRODUCER_EPOCH)
    ) {
      this.#logger.write("info", "Idempotent transaction marker retry detected", {
        partition: this.#topicPartition,
        producerId: this.producerId,
        producerEpoch,
        offset,
      });
      return;
    }
    const message =
      `Epoch of producer ${this.producerId} at offset ${offset} in ${this.#topicPartition} is ${producerEpoch}, ` +
      `which is ${strict ? "<=" : "<"} the last seen epoch ${current} (TV${transactionVersion})`;
    if (this.#origin !== "replication") {
      throw new ProducerStateError("INVALID_PRODUCER_EPOCH", message);
    }
    this.#logger.write("warn", message, { partition: this.#topicPartition });
  }

  #checkSequence(producerEpoch: number, firstSeq: number, offset: number): void {
    const verification = this.#verification;
    if (verification !== undefined) {
      if (verification.supportsEpochBump && firstSeq !== 0 && this.#currentEntry.isEmpty) {
        throw this.#outOfOrder(
          "Invalid sequence number for",
          offset,
          `${firstSeq} (incoming seq. number). Expected sequence 0 for transactions v2 idempotent producer with no existing state.`,
        );
      }
      if (firstSeq > verification.lowestSequence) {
        throw this.#outOfOrder(
          "Out of order sequence number for",
          offset,
          `${firstSeq} (incoming seq. number), ${verification.lowestSequence} (earliest seen sequence)`,
        );
      }
    }
    const entry = this.#updatedEntry;
    const current = this.#currentEntry;
    if (producerEpoch !== entry.producerEpoch) {
      if (firstSeq !== 0 && entry.producerEpoch !== NO_PRODUCER_EPOCH) {
        throw this.#outOfOrder(
          "Invalid sequence number for new epoch of",
          offset,
          `${producerEpoch} (request epoch), ${firstSeq} (seq. number), ${entry.producerEpoch} (current producer epoch)`,
        );
      }
      return;
    }
    // Nothing is known of the producer any more, for its records were deleted: any sequence will do.
    if (current.producerEpoch === NO_PRODUCER_EPOCH) return;
    let lastSeq = NO_SEQUENCE;
    if (!entry.isEmpty) lastSeq = entry.lastSeq;
    else if (producerEpoch === current.producerEpoch) lastSeq = current.lastSeq;
    const follows = firstSeq === lastSeq + 1 || (firstSeq === 0 && lastSeq === MAX_SEQUENCE);
    if (!follows) {
      throw this.#outOfOrder(
        "Out of order sequence number for",
        offset,
        `${firstSeq} (incoming seq. number), ${lastSeq} (current end sequence number)`,
      );
    }
  }

  #outOfOrder(what: string, offset: number, values: string): ProducerStateError {
    return new ProducerStateError(
      "OUT_OF_ORDER_SEQUENCE_NUMBER",
      `${what} producer ${this.producerId} at offset ${offset} in partition ${this.#topicPartition}: ${values}`,
    );
  }

  #checkCoordinatorEpoch(marker: EndTransactionMarker, offset: number): void {
    const known = this.#updatedEntry.coordinatorEpoch;
    if (known <= marker.coordinatorEpoch) return;
    if (this.#origin !== "replication") {
      throw new ProducerStateError(
        "TRANSACTION_COORDINATOR_FENCED",
        `Invalid coordinator epoch for producerId ${this.producerId} at offset ${offset} in partition ${this.#topicPartition}: ` +
          `${marker.coordinatorEpoch} (zombie), ${known} (current)`,
      );
    }
    this.#logger.write("info", "Detected invalid coordinator epoch", {
      partition: this.#topicPartition,
      producerId: this.producerId,
      offset,
      coordinatorEpoch: marker.coordinatorEpoch,
      knownCoordinatorEpoch: known,
    });
  }
}
