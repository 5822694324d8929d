/**
 * Committing a group's offsets as part of a transaction.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { errorMessage, errorName, KafkaError } from "../protocol/error_codes.ts";
import { addOffsetsToTxn } from "../protocol/messages/add_offsets_to_txn.ts";
import { txnOffsetCommit } from "../protocol/messages/txn_offset_commit.ts";
import { ProducerError } from "./producer_errors.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import {
  type Exchange,
  groupNotAuthorized,
  REQUEST_PRIORITY,
  type RequestOutcome,
  type TransactionalRequest,
  transactionOutcome,
  unexpected,
} from "./transactional_request.ts";
import { TransactionalResult } from "./transactional_result.ts";

/** An offset that is committed. */
export interface TransactionOffset {
  /** Offset of the next record to read. */
  readonly offset: number;
  /** Epoch of the leader that the last record came from. Default: not known. */
  readonly leaderEpoch?: number | null;
  /** A text that goes with it. Default: empty. */
  readonly metadata?: string | null;
}

/** The group, and who in it commits; `Consumer.groupMetadata()` tells. */
export interface TransactionGroup {
  /** The group. */
  readonly groupId: string;
  /** Its generation. Default: -1, which is not checked. */
  readonly generationId?: number;
  /** The member. Default: none. */
  readonly memberId?: string;
  /** The name of a static member. */
  readonly groupInstanceId?: string | null;
}

/** What is asked. */
export interface OffsetsToTransactionOptions {
  /** Name of the transactional producer. */
  readonly transactionalId: string;
  /** Who it is now. */
  readonly producer: ProducerIdAndEpoch;
  /** The group. */
  readonly group: TransactionGroup;
  /** The offsets. */
  readonly offsets: Iterable<readonly [TopicPartition, TransactionOffset]>;
  /** Whether transactions are of version 2. */
  readonly isVersion2: boolean;
}

const LAST_VERSION_BEFORE_2 = 4;

/** AddOffsetsToTxn: the group becomes part of the transaction (version 1). What comes next is {@linkcode TxnOffsetCommitRequest}. */
export class AddOffsetsRequest implements TransactionalRequest {
  /** Kafka's name of it. */
  readonly name = "AddOffsetsToTxn";
  /** Its place among others. */
  readonly priority: number = REQUEST_PRIORITY.addPartitionsOrOffsets;
  /** Who takes it. */
  readonly coordinator: { readonly type: "transaction"; readonly key: string };
  /** Told when the offsets are committed. */
  readonly result: TransactionalResult = new TransactionalResult("AddOffsetsToTxn");
  readonly #options: OffsetsToTransactionOptions;
  readonly #added: () => void;

  /** Asks for nothing yet. `added` is told that the offsets may be committed. */
  constructor(options: OffsetsToTransactionOptions, added: () => void) {
    this.#options = options;
    this.#added = added;
    this.coordinator = { type: "transaction", key: options.transactionalId };
  }

  /** Sends it and says what the answer means. */
  async exchange(send: Exchange): Promise<RequestOutcome> {
    const { transactionalId, producer, group: { groupId } } = this.#options;
    const { errorCode } = await send(addOffsetsToTxn, {
      transactionalId,
      producerId: producer.producerId,
      producerEpoch: producer.epoch,
      groupId,
    });
    const error = errorName(errorCode);
    if (error === "NONE") return { kind: "success", apply: this.#added, continues: true };
    if (error === "GROUP_AUTHORIZATION_FAILED") {
      return { kind: "abortable", error: groupNotAuthorized(groupId) };
    }
    return transactionOutcome(error) ??
      unexpected("Unexpected error in AddOffsetsToTxnResponse", error);
  }
}

/** TxnOffsetCommit. */
export class TxnOffsetCommitRequest implements TransactionalRequest {
  /** Kafka's name of it. */
  readonly name = "TxnOffsetCommit";
  /** Its place among others. */
  readonly priority: number = REQUEST_PRIORITY.addPartitionsOrOffsets;
  /** Who takes it. */
  readonly coordinator: { readonly type: "group"; readonly key: string };
  /** Told in the end. */
  readonly result: TransactionalResult;
  readonly #options: OffsetsToTransactionOptions;
  /** Offsets that are not committed yet. */
  readonly #left: Map<string, readonly [TopicPartition, TransactionOffset]>;

  /** Asks for nothing yet. */
  constructor(options: OffsetsToTransactionOptions, result?: TransactionalResult) {
    this.#options = options;
    this.result = result ?? new TransactionalResult("TxnOffsetCommitHandler");
    this.coordinator = { type: "group", key: options.group.groupId };
    this.#left = new Map(
      Array.from(options.offsets, (entry) => [`${entry[0].topic}-${entry[0].partition}`, entry]),
    );
  }

  /** Sends what is left and says what the answer means. */
  async exchange(send: Exchange): Promise<RequestOutcome> {
    const { transactionalId, producer, group, isVersion2 } = this.#options;
    const topics = Map.groupBy(this.#left.values(), ([{ topic }]) => topic);
    const response = await send(txnOffsetCommit, {
      transactionalId,
      groupId: group.groupId,
      producerId: producer.producerId,
      producerEpoch: producer.epoch,
      generationId: group.generationId ?? -1,
      memberId: group.memberId ?? "",
      groupInstanceId: group.groupInstanceId ?? null,
      topics: [...topics].map(([name, entries]) => ({
        name,
        partitions: entries.map(([{ partition }, { offset, leaderEpoch, metadata }]) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedLeaderEpoch: leaderEpoch ?? -1,
          committedMetadata: metadata ?? "",
        })),
      })),
    }, isVersion2 ? undefined : LAST_VERSION_BEFORE_2);
    let forget = false;
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        const outcome = this.#outcome(`${name}-${partitionIndex}`, errorCode);
        if (outcome === undefined) continue;
        if (outcome.kind !== "retry") return outcome;
        forget ||= outcome.forget === true;
      }
    }
    return this.#left.size === 0 ? { kind: "success", apply() {} } : { kind: "retry", forget };
  }

  #outcome(partition: string, errorCode: number): RequestOutcome | undefined {
    const error = errorName(errorCode);
    switch (error) {
      case "NONE":
        this.#left.delete(partition);
        return undefined;
      case "REQUEST_TIMED_OUT":
        return { kind: "retry", forget: true };
      case "GROUP_AUTHORIZATION_FAILED":
        return { kind: "abortable", error: groupNotAuthorized(this.coordinator.key) };
      case "FENCED_INSTANCE_ID":
        return { kind: "abortable", error: new KafkaError(error) };
      case "UNKNOWN_MEMBER_ID":
      case "ILLEGAL_GENERATION": {
        const text = "Transaction offset Commit failed due to consumer group metadata mismatch: " +
          errorMessage(error);
        return {
          kind: "abortable",
          error: new ProducerError(text, { cause: new KafkaError(error) }),
        };
      }
      case "TRANSACTIONAL_ID_AUTHORIZATION_FAILED":
      case "UNSUPPORTED_FOR_MESSAGE_FORMAT":
        return { kind: "fatal", error: new KafkaError(error) };
      case "INVALID_TXN_STATE":
      case "INVALID_PRODUCER_ID_MAPPING":
      case "UNKNOWN_PRODUCER_ID":
        return unexpected("Unexpected error in TxnOffsetCommitResponse", error);
      default:
        return transactionOutcome(error) ??
          unexpected("Unexpected error in TxnOffsetCommitResponse", error);
    }
  }
}
