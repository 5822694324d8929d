/**
 * The transaction coordinator of a broker.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Env } from "../../../storage/env.ts";
import type { MetadataDelta } from "../../controller/metadata_delta.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import { type CoordinatorPartitions, CoordinatorRuntime } from "../coordinator_runtime.ts";
import type { Moment, Reply } from "../coordinator_shard.ts";
import { addPartitions, type TransactionOfPartitions, verifyPartitions } from "./add_partitions.ts";
import { partitionsTold } from "./complete_transaction.ts";
import { type DescribedTransaction, describeTransaction } from "./describe_transactions.ts";
import { type EndTransaction, endTransaction } from "./end_transaction.ts";
import { type InitProducerId, initProducerId } from "./init_producer_id.ts";
import { type TransactionFilter, wantedTransactions } from "./list_transactions.ts";
import type { MarkerWriter } from "./marker_writer.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import type { TransactionConfig } from "./transaction_config.ts";
import { TransactionCoordinatorShard } from "./transaction_coordinator_shard.ts";
import type { WriteMarkers } from "./transaction_effect.ts";
import { TransactionMarkers } from "./transaction_markers.ts";
import type { TransactionMetadata } from "./transaction_metadata.ts";
import { type TransactionRecord, transactionSerde } from "./transaction_record.ts";
import type { TransactionOutput, TransactionStore } from "./transaction_store.ts";

/** The topic that transactions are kept in. */
export const TRANSACTION_TOPIC = "__transaction_state";

/** What a {@linkcode TransactionCoordinator} is made of. */
export interface TransactionCoordinatorOptions {
  /** The world. */
  readonly env: Env;
  /** This broker. */
  readonly brokerId: number;
  /** The configs. */
  readonly config: TransactionConfig;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** The partitions of the topic. */
  readonly partitions: CoordinatorPartitions;
  /** Tells the partitions of transactions how they end. */
  readonly writeMarkers: MarkerWriter;
  /** Takes a producer id that nobody has; `undefined` while none is at hand. */
  readonly takeProducerId: () => number | undefined;
}

type Operation<R> = (
  transactions: TransactionStore,
  reply: Reply<R>,
  out: TransactionOutput,
  now: Moment,
) => void;

/** Coordinates the transactions whose partition of `__transaction_state` this broker leads. An answer is there at once where nobody follows. */
export class TransactionCoordinator {
  readonly #runtime: CoordinatorRuntime<
    TransactionCoordinatorShard,
    TransactionRecord,
    WriteMarkers
  >;
  readonly #markers: TransactionMarkers;

  /** Coordinates nothing yet. */
  constructor(options: TransactionCoordinatorOptions) {
    const { env, config, image, takeProducerId } = options;
    this.#runtime = new CoordinatorRuntime({
      env,
      topic: TRANSACTION_TOPIC,
      partitions: options.partitions,
      image,
      brokerId: options.brokerId,
      serde: transactionSerde,
      newShard: (_partition, coordinatorEpoch) =>
        new TransactionCoordinatorShard({
          coordinatorEpoch,
          config,
          transactionVersion: () => image().features.get("transaction.version") ?? 0,
          takeProducerId,
        }),
      perform: (markers, partition) => this.#markers.add(markers, partition),
      loadBufferBytes: () => config.int("transaction.state.log.load.buffer.size"),
      appendTimeoutMs: () => config.int("request.timeout.ms"),
    });
    this.#markers = new TransactionMarkers({
      env,
      write: options.writeMarkers,
      exists: ({ topic, partition }) =>
        image().topics.byName.get(topic)?.partitions.has(partition) ?? false,
      coordinatorEpoch: (partition) => this.#runtime.coordinatorEpoch(partition),
      told: (transaction, index, told) =>
        this.#runtime.run<boolean>(
          index,
          ({ transactions }, reply, out, now) =>
            partitionsTold(transactions, transaction, told, reply, out, now),
        ),
    });
  }

  /** Whether any partition is being loaded. */
  get isLoading(): boolean {
    return this.#runtime.isLoading;
  }

  /** How many transactions have partitions that do not know how they end. */
  get pendingMarkers(): number {
    return this.#markers.pending;
  }

  /**
   * Gives a producer the id and the epoch for its transactions.
   *
   * @throws {KafkaError} as `initProducerId`; `NOT_COORDINATOR` and the like
   */
  initProducerId(request: InitProducerId): ProducerIdAndEpoch | Promise<ProducerIdAndEpoch> {
    return this.#run(
      request,
      (transactions, reply: Reply<ProducerIdAndEpoch>, out, now) =>
        initProducerId(transactions, request, reply, out, now),
    );
  }

  /**
   * Adds partitions to a transaction.
   *
   * @param clientTransactionVersion 2 when it is done for a client that does not ask itself, else 0
   * @throws {KafkaError} as `addPartitions`; `NOT_COORDINATOR` and the like
   */
  addPartitions(
    request: TransactionOfPartitions,
    clientTransactionVersion: number,
  ): void | Promise<void> {
    return this.#run(
      request,
      (transactions, reply: Reply<void>, out, now) =>
        addPartitions(transactions, request, clientTransactionVersion, reply, out, now),
    );
  }

  /**
   * Tells which partitions are part of a transaction: an error for each, in order.
   *
   * @throws {KafkaError} as `verifyPartitions`; `NOT_COORDINATOR` and the like
   */
  verifyPartitions(
    request: TransactionOfPartitions,
  ): readonly ErrorName[] | Promise<readonly ErrorName[]> {
    return this.#run(
      request,
      (transactions, reply: Reply<readonly ErrorName[]>, out) =>
        out.answer(reply, verifyPartitions(transactions, request)),
    );
  }

  /**
   * Commits or aborts a transaction. The answer has what the producer goes on with.
   *
   * @throws {KafkaError} as `endTransaction`; `NOT_COORDINATOR` and the like
   */
  endTransaction(request: EndTransaction): ProducerIdAndEpoch | Promise<ProducerIdAndEpoch> {
    return this.#run(
      request,
      (transactions, reply: Reply<ProducerIdAndEpoch>, out, now) =>
        endTransaction(transactions, request, reply, out, now),
    );
  }

  /**
   * Describes a transaction.
   *
   * @throws {KafkaError} `TRANSACTIONAL_ID_NOT_FOUND`; `NOT_COORDINATOR` and the like
   */
  describe(transactionalId: string): DescribedTransaction | Promise<DescribedTransaction> {
    return this.#run(
      { transactionalId },
      (transactions, reply: Reply<DescribedTransaction>, out) =>
        out.answer(reply, describeTransaction(transactions, transactionalId)),
    );
  }

  /** The transactions that are coordinated here, as far as they are wanted. */
  *list(filter: TransactionFilter, nowMs: number): Generator<TransactionMetadata> {
    for (const { transactions } of this.#runtime.shards()) {
      yield* wantedTransactions(transactions.all(), filter, nowMs);
    }
  }

  /** Follows the metadata, after the replicas have. */
  applyDelta(delta: MetadataDelta, image: MetadataImage): void {
    this.#runtime.applyDelta(delta, image);
  }

  /** Gives everything up. */
  async shutdown(): Promise<void> {
    this.#markers.close();
    await this.#runtime.shutdown();
  }

  #run<R>(
    { transactionalId }: { readonly transactionalId: string },
    operation: Operation<R>,
  ): R | Promise<R> {
    if (transactionalId === "") {
      throw new KafkaError("INVALID_REQUEST", "A transactional id is not to be empty");
    }
    return this.#runtime.run<R>(
      this.#runtime.partitionFor(transactionalId),
      ({ transactions }, reply, out, now) => operation(transactions, reply, out, now),
    );
  }
}
