/**
 * Writes what coordinators decide into their partitions (Kafka's `CoordinatorPartitionWriter`).
 *
 * @module
 */

import type { Compression } from "../../storage/record/compression.ts";
import type { VerificationGuard } from "../../storage/log/producer/verification_state_entry.ts";
import { buildEndTransactionMarker } from "../../storage/record/control_record.ts";
import {
  RecordBatchBuilder,
  type RecordBatchOptions,
} from "../../storage/record/record_batch_builder.ts";
import type { LeaderAppend, Partition } from "../replication/partition.ts";
import type {
  CoordinatorSerde,
  ReplayContext,
  TransactionalProducer,
} from "./coordinator_shard.ts";

/** What belongs to a write besides the records. */
export interface WriteOptions {
  /** Timestamp of the records, ms. */
  readonly timestamp: number;
  /** The transaction that they belong to. */
  readonly producer: TransactionalProducer | undefined;
  /** Shows that its coordinator knows of the transaction. */
  readonly verificationGuard: VerificationGuard | undefined;
  /** Whether the records must be in one batch. */
  readonly isAtomic: boolean;
}

/** The end of a transaction, to be written into a partition. */
export interface EndOfTransaction {
  /** The producer. */
  readonly producerId: number;
  /** Its epoch. */
  readonly producerEpoch: number;
  /** Epoch of the transaction's coordinator. */
  readonly coordinatorEpoch: number;
  /** Whether it was committed. */
  readonly committed: boolean;
  /** Version of the transaction protocol: 0, 1 or 2. */
  readonly transactionVersion: number;
}

/** Appends with acks=all, as Kafka does for its own topics. */
const ALL = -1;

/** Writes records of one coordinator. */
export class PartitionWriter<Rec> {
  readonly #serde: CoordinatorSerde<Rec>;
  readonly #compression: () => Compression;
  readonly #appended: (partition: Partition, highWatermarkMoved: boolean) => void;
  readonly #builder = new RecordBatchBuilder();

  /** `appended` is told of every append, so that who waits for records is woken. */
  constructor(
    serde: CoordinatorSerde<Rec>,
    compression: () => Compression,
    appended: (partition: Partition, highWatermarkMoved: boolean) => void,
  ) {
    this.#serde = serde;
    this.#compression = compression;
    this.#appended = appended;
  }

  /**
   * Appends records as one batch or, where they need not be there together and are larger than the topic takes, as several. `replay` gets each
   * record when its batch is in the log: also when a later batch is refused, so that the state is always that of the log.
   *
   * @throws {KafkaError} `NOT_LEADER_OR_FOLLOWER`, `NOT_ENOUGH_REPLICAS`
   * @throws {StorageError} what the log has against the records
   */
  write(
    partition: Partition,
    records: readonly Rec[],
    options: WriteOptions,
    replay: (record: Rec, context: ReplayContext) => void,
  ): void {
    const { timestamp, producer, isAtomic } = options;
    // What a transaction commits with one request is there as a whole or not at all, too.
    const writeLimit = isAtomic || producer !== undefined
      ? undefined
      : partition.leaderLog?.config.maxMessageSize;
    const batch: RecordBatchOptions = {
      compression: this.#compression(),
      ...(producer === undefined ? {} : { ...producer, baseSequence: 0, isTransactional: true }),
      ...(writeLimit === undefined ? {} : { writeLimit }),
    };
    const builder = this.#builder;
    let first = 0;
    builder.reset(batch);
    const flush = (end: number) => {
      const { info } = this.#append(partition, options);
      for (let i = first; i < end; i++) {
        replay(records[i]!, {
          offset: info.firstOffset + i - first,
          timestamp,
          producerId: producer?.producerId ?? -1,
          producerEpoch: producer?.producerEpoch ?? -1,
        });
      }
      first = end;
    };
    for (let i = 0; i < records.length; i++) {
      const key = this.#serde.encodeKey(records[i]!);
      const value = this.#serde.encodeValue(records[i]!);
      if (writeLimit !== undefined && !builder.hasRoomFor(timestamp, key, value)) {
        flush(i);
        builder.reset(batch);
      }
      builder.append(timestamp, key, value);
    }
    flush(records.length);
  }

  /**
   * Appends the marker of a transaction's end.
   *
   * @throws {KafkaError} as {@linkcode PartitionWriter.write}; `TRANSACTION_COORDINATOR_FENCED`, `INVALID_PRODUCER_EPOCH`
   */
  writeMarker(partition: Partition, end: EndOfTransaction, timestamp: number): void {
    appendMarker(partition, end, timestamp, this.#appended);
  }

  #append(
    partition: Partition,
    { producer, verificationGuard }: WriteOptions,
  ): LeaderAppend {
    const append = producer === undefined
      ? partition.appendBuiltAsLeader(this.#builder, ALL)
      : partition.appendAsLeader(this.#builder.build(), ALL, {
        origin: "coordinator",
        ...(verificationGuard === undefined ? {} : { verificationGuard }),
      });
    this.#appended(partition, append.highWatermarkMoved);
    return append;
  }
}

/** Appends the marker of a transaction's end to any partition that is led here; errors as {@linkcode PartitionWriter.writeMarker}. */
export function appendMarker(
  partition: Partition,
  { producerId, producerEpoch, coordinatorEpoch, committed, transactionVersion }: EndOfTransaction,
  timestamp: number,
  appended: (partition: Partition, highWatermarkMoved: boolean) => void,
): LeaderAppend {
  const marker = buildEndTransactionMarker({
    type: committed ? "COMMIT" : "ABORT",
    timestamp,
    producerId,
    producerEpoch,
    coordinatorEpoch,
  });
  const append = partition.appendAsLeader(marker, ALL, {
    origin: "coordinator",
    transactionVersion,
  });
  appended(partition, append.highWatermarkMoved);
  return append;
}
