/**
 * The transactions of one partition of `__transaction_state`.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { Output } from "../coordinator_shard.ts";
import type { TransactionConfig } from "./transaction_config.ts";
import type { WriteMarkers } from "./transaction_effect.ts";
import type { TransactionMetadata } from "./transaction_metadata.ts";
import {
  listPartitions,
  type TransactionPartitions,
  withoutPartitions,
} from "./transaction_partitions.ts";
import type { TransactionRecord } from "./transaction_record.ts";
import { isEnding } from "./transaction_state.ts";

/** What an operation on transactions puts out. */
export type TransactionOutput = Output<TransactionRecord, WriteMarkers>;

/** What a {@linkcode TransactionStore} is made of. */
export interface TransactionStoreOptions {
  /** Epoch of the coordinator of the partition. */
  readonly coordinatorEpoch: number;
  /** The configs. */
  readonly config: TransactionConfig;
  /** The level of `transaction.version` in the cluster. */
  readonly transactionVersion: () => number;
  /** Takes a producer id that nobody has; `undefined` while none is at hand. */
  readonly takeProducerId: () => number | undefined;
}

/** Knows the transactional ids of a partition. What the log says of them is changed by its records only. */
export class TransactionStore {
  /** Epoch of the coordinator of the partition. */
  readonly coordinatorEpoch: number;
  /** The configs. */
  readonly config: TransactionConfig;
  readonly #transactionVersion: () => number;
  readonly #takeProducerId: () => number | undefined;
  readonly #transactions = new Map<string, TransactionMetadata>();
  /** Of transactions that end: the partitions that do not know it yet, where some do. */
  readonly #untold = new Map<string, TransactionPartitions>();

  /** No transactions. */
  constructor(options: TransactionStoreOptions) {
    this.coordinatorEpoch = options.coordinatorEpoch;
    this.config = options.config;
    this.#transactionVersion = options.transactionVersion;
    this.#takeProducerId = options.takeProducerId;
  }

  /** The transaction version that the coordinator itself goes by. */
  get transactionVersion(): number {
    return this.#transactionVersion();
  }

  /**
   * A producer id that nobody has.
   *
   * @throws {KafkaError} `COORDINATOR_LOAD_IN_PROGRESS` while none is at hand: the client comes again
   */
  newProducerId(): number {
    const producerId = this.#takeProducerId();
    if (producerId !== undefined) return producerId;
    throw new KafkaError(
      "COORDINATOR_LOAD_IN_PROGRESS",
      "No producer id is at hand, and the next ones are on their way",
    );
  }

  /** How many ids are known. */
  get size(): number {
    return this.#transactions.size;
  }

  /** What is known of every id. */
  all(): Iterable<TransactionMetadata> {
    return this.#transactions.values();
  }

  /** What is known of an id. */
  get(transactionalId: string): TransactionMetadata | undefined {
    return this.#transactions.get(transactionalId);
  }

  /**
   * What is known of an id that a producer has told its producer id with.
   *
   * @throws {KafkaError} `INVALID_PRODUCER_ID_MAPPING` when nothing is
   */
  getOrThrow(transactionalId: string): TransactionMetadata {
    const metadata = this.#transactions.get(transactionalId);
    if (metadata !== undefined) return metadata;
    throw new KafkaError("INVALID_PRODUCER_ID_MAPPING");
  }

  /** Has the log say something else of an id. */
  append(out: TransactionOutput, metadata: TransactionMetadata): void {
    const valueVersion = this.transactionVersion >= 1 ? 1 : 0;
    out.append({ transactionalId: metadata.transactionalId, value: metadata, valueVersion });
  }

  /** {@linkcode TransactionStore.append} of what a transaction that ends is from now on, whose partitions are to be told. */
  appendEnding(out: TransactionOutput, metadata: TransactionMetadata): void {
    this.append(out, metadata);
    this.tell(out, metadata);
  }

  /** Has the partitions of a transaction told how it ends. */
  tell(out: TransactionOutput, metadata: TransactionMetadata): void {
    const { transactionalId, producerId, producerEpoch, clientTransactionVersion } = metadata;
    out.effects.push({
      transactionalId,
      producerId,
      producerEpoch,
      coordinatorEpoch: this.coordinatorEpoch,
      committed: metadata.state === "PrepareCommit",
      transactionVersion: clientTransactionVersion,
      partitions: listPartitions(metadata.partitions),
    });
  }

  /** Takes a record over. */
  replay({ transactionalId, value }: TransactionRecord): void {
    this.#untold.delete(transactionalId);
    if (value === null) this.#transactions.delete(transactionalId);
    else this.#transactions.set(transactionalId, value);
  }

  /** The partitions of a transaction; when it ends, those that do not know it yet. */
  openPartitions({ transactionalId, partitions }: TransactionMetadata): TransactionPartitions {
    return this.#untold.get(transactionalId) ?? partitions;
  }

  /** Some partitions of a transaction that ends know it. The log is not told: another coordinator tells all of them again. */
  partitionsTold(metadata: TransactionMetadata, told: readonly TopicPartition[]): void {
    if (told.length === 0 || !isEnding(metadata.state)) return;
    const left = withoutPartitions(this.openPartitions(metadata), told);
    this.#untold.set(metadata.transactionalId, left);
  }
}

/** A state that a transaction is never in, unless somebody else has written so into the log. */
export function impossibleState({ transactionalId, state }: TransactionMetadata): KafkaError {
  return new KafkaError(
    "UNKNOWN_SERVER_ERROR",
    `Found transactionalId ${transactionalId} with state ${state}. ` +
      `This is illegal as we should never have transitioned to this state.`,
  );
}
