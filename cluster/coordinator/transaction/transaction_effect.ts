/**
 * What the transaction coordinator wants of the world.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";

/** A transaction whose end is decided, and in the log. */
export interface EndingTransaction {
  /** Its id. */
  readonly transactionalId: string;
  /** Its producer. */
  readonly producerId: number;
  /** The producer's epoch. */
  readonly producerEpoch: number;
  /** Epoch of the coordinator that has decided. */
  readonly coordinatorEpoch: number;
}

/** The partitions of a transaction are to be told how it has ended; then the coordinator is. */
export interface WriteMarkers extends EndingTransaction {
  /** Whether it was committed. */
  readonly committed: boolean;
  /** The transaction version by which the partitions judge the producer's epoch. */
  readonly transactionVersion: number;
  /** The partitions. */
  readonly partitions: readonly TopicPartition[];
}
