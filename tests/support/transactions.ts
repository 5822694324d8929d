/** Short ways for tests to drive the transactions of one partition. */

import type { Output, Reply } from "../../cluster/coordinator/coordinator_shard.ts";
import { addPartitions } from "../../cluster/coordinator/transaction/add_partitions.ts";
import { partitionsTold } from "../../cluster/coordinator/transaction/complete_transaction.ts";
import { endTransaction } from "../../cluster/coordinator/transaction/end_transaction.ts";
import { initProducerId } from "../../cluster/coordinator/transaction/init_producer_id.ts";
import type { ProducerIdAndEpoch } from "../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import type { TransactionConfig } from "../../cluster/coordinator/transaction/transaction_config.ts";
import { TransactionCoordinatorShard } from "../../cluster/coordinator/transaction/transaction_coordinator_shard.ts";
import type { WriteMarkers } from "../../cluster/coordinator/transaction/transaction_effect.ts";
import type { TransactionMetadata } from "../../cluster/coordinator/transaction/transaction_metadata.ts";
import {
  type TransactionRecord,
  transactionSerde,
} from "../../cluster/coordinator/transaction/transaction_record.ts";
import type { TransactionStore } from "../../cluster/coordinator/transaction/transaction_store.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { type Pending, ShardHarness } from "./shard_harness.ts";

/** Kafka's defaults of the configs of transactions. */
export const TRANSACTION_DEFAULTS: Readonly<Record<string, number | boolean>> = {
  "add.partitions.to.txn.retry.backoff.max.ms": 100,
  "add.partitions.to.txn.retry.backoff.ms": 20,
  "offsets.topic.num.partitions": 50,
  "request.timeout.ms": 30_000,
  "transaction.abort.timed.out.transaction.cleanup.interval.ms": 10_000,
  "transaction.max.timeout.ms": 900_000,
  "transaction.remove.expired.transaction.cleanup.interval.ms": 3_600_000,
  "transaction.state.log.load.buffer.size": 5_242_880,
  "transaction.two.phase.commit.enable": false,
  "transactional.id.expiration.ms": 604_800_000,
};

/** Configs of transactions that a test may set. */
export function transactionConfig(
  values: Readonly<Record<string, number | boolean>> = {},
): TransactionConfig {
  const all = { ...TRANSACTION_DEFAULTS, ...values };
  return { int: (name) => all[name] as number, boolean: (name) => all[name] as boolean };
}

/** How a {@linkcode TransactionHarness} differs from the defaults. */
export interface TransactionHarnessOptions {
  /** Level of `transaction.version`. Default: 2. */
  readonly transactionVersion?: number;
  /** Configs. */
  readonly config?: Readonly<Record<string, number | boolean>>;
  /** Producer ids; by default 100, 101 and so on. */
  readonly takeProducerId?: () => number | undefined;
}

type Harness = ShardHarness<TransactionCoordinatorShard, TransactionRecord, WriteMarkers>;
type Operation<R> = (
  transactions: TransactionStore,
  reply: Reply<R>,
  out: Output<TransactionRecord, WriteMarkers>,
  now: { readonly wallMs: number; readonly monotonicMs: number },
) => void;

/** The id that tests use when it matters to nobody. */
export const ID = "copier";
/** A partition. */
export const A0: TopicPartition = { topic: "a", partition: 0 };
/** Another one. */
export const B1: TopicPartition = { topic: "b", partition: 1 };

/** The transactions of a partition, in a harness; effects are kept, so that markers are written when a test says so. */
export class TransactionHarness {
  /** What drives the shard. */
  readonly harness: Harness;
  /** How many producer ids were taken. */
  taken = 0;

  /** Knows no transaction. */
  constructor(options: TransactionHarnessOptions = {}) {
    const take = options.takeProducerId ?? (() => 100 + this.taken);
    this.harness = new ShardHarness<TransactionCoordinatorShard, TransactionRecord, WriteMarkers>(
      () =>
        new TransactionCoordinatorShard({
          coordinatorEpoch: 7,
          config: transactionConfig(options.config),
          transactionVersion: () => options.transactionVersion ?? 2,
          takeProducerId: () => {
            const id = take();
            this.taken++;
            return id;
          },
        }),
      { serde: transactionSerde },
    );
  }

  /** What is known of an id. */
  get(transactionalId = ID): TransactionMetadata | undefined {
    return this.harness.shard.transactions.get(transactionalId);
  }

  /** What is known of an id that must be known. */
  the(transactionalId = ID): TransactionMetadata {
    return this.get(transactionalId)!;
  }

  /** Runs an operation. */
  run<R>(operation: Operation<R>): Pending<R> {
    return this.harness.run<R>(({ transactions }, reply, out, now) =>
      operation(transactions, reply, out, now)
    );
  }

  /** A producer begins. */
  init(
    expected?: ProducerIdAndEpoch,
    { transactionalId = ID, timeoutMs = 60_000 } = {},
  ): Pending<ProducerIdAndEpoch> {
    return this.run((transactions, reply, out, now) =>
      initProducerId(transactions, { transactionalId, timeoutMs, expected }, reply, out, now)
    );
  }

  /** A producer adds partitions. */
  add(
    producer: ProducerIdAndEpoch,
    partitions: readonly TopicPartition[] = [A0],
    { version = 2, transactionalId = ID } = {},
  ): Pending<void> {
    const request = { ...pick(producer), transactionalId, partitions };
    return this.run((transactions, reply, out, now) =>
      addPartitions(transactions, request, version, reply, out, now)
    );
  }

  /** A producer ends its transaction. */
  end(
    producer: ProducerIdAndEpoch,
    committed: boolean,
    { version = 2, transactionalId = ID } = {},
  ): Pending<ProducerIdAndEpoch> {
    const request = {
      ...pick(producer),
      transactionalId,
      committed,
      clientTransactionVersion: version,
    };
    return this.run((transactions, reply, out, now) =>
      endTransaction(transactions, request, reply, out, now)
    );
  }

  /** Partitions have their markers; by default all of an effect, the latest one. */
  told(
    markers: WriteMarkers = this.harness.effects.at(-1)!,
    partitions: readonly TopicPartition[] = markers.partitions,
  ): Pending<boolean> {
    return this.run((transactions, reply, out, now) =>
      partitionsTold(transactions, markers, partitions, reply, out, now)
    );
  }

  /** Writes a record as if it had always been there. */
  put(metadata: TransactionMetadata, valueVersion = 1): void {
    const { transactionalId } = metadata;
    this.run<void>((_transactions, reply, out) => {
      out.append({ transactionalId, value: metadata, valueVersion });
      out.answer(reply, undefined);
    });
  }
}

function pick({ producerId, producerEpoch }: ProducerIdAndEpoch): ProducerIdAndEpoch {
  return { producerId, producerEpoch };
}

/** What is known of {@linkcode ID}: by default it is idle with epoch 5 of producer 9. */
export function metadataOf(partial: Partial<TransactionMetadata> = {}): TransactionMetadata {
  return {
    transactionalId: ID,
    producerId: 9,
    previousProducerId: 9,
    nextProducerId: -1,
    producerEpoch: 5,
    lastProducerEpoch: -1,
    timeoutMs: 60_000,
    state: "Empty",
    partitions: new Map(),
    startTimestamp: -1,
    lastUpdateTimestamp: 1_700_000_000_000,
    clientTransactionVersion: 2,
    ...partial,
  };
}
