/**
 * Tells the partitions of transactions how they end, until all know it (Kafka's `TransactionMarkerChannelManager`).
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Env } from "../../../storage/env.ts";
import { type TopicPartition, topicPartitionKey } from "../../../storage/file/file_names.ts";
import type { MarkerWriter } from "./marker_writer.ts";
import type { EndingTransaction, WriteMarkers } from "./transaction_effect.ts";

/** What is needed. */
export interface TransactionMarkersOptions {
  /** The world. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** Writes markers. */
  readonly write: MarkerWriter;
  /** Whether there is such a partition: one that was deleted needs no marker. */
  readonly exists: (topicPartition: TopicPartition) => boolean;
  /**
   * Has the coordinator note which partitions know how their transaction ends.
   *
   * @returns whether there is nothing left to do
   * @throws {KafkaError} when it cannot
   */
  readonly told: (
    transaction: EndingTransaction,
    partition: number,
    told: readonly TopicPartition[],
  ) => boolean | Promise<boolean>;
  /**
   * The coordinator's epoch for a partition of its topic.
   *
   * @throws {KafkaError} when this is not the coordinator
   */
  readonly coordinatorEpoch: (partition: number) => number;
}

/** How long to wait before the next attempt, ms. */
const FIRST_BACKOFF_MS = 20;
const MAX_BACKOFF_MS = 1000;
/** So many partitions are written to between two looks at the clock. */
const CHUNK = 64;
/** For so long others are kept waiting, ms. */
const SLICE_MS = 4;

/** The transaction is somebody else's: this coordinator is to leave it alone. */
const FENCED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "INVALID_PRODUCER_EPOCH",
  "TRANSACTION_COORDINATOR_FENCED",
]);

/** Nothing of a transaction can be in such a partition. */
const NEEDS_NONE: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
  "UNSUPPORTED_VERSION",
]);

/** These pass. After another error the next attempt is made as well, and operators are told. */
const EXPECTED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "NOT_LEADER_OR_FOLLOWER",
  "NOT_ENOUGH_REPLICAS",
  "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
  "REQUEST_TIMED_OUT",
  "KAFKA_STORAGE_ERROR",
]);

/**
 * Writes markers until there is one in every partition, and has the transaction completed then. Where nobody has to be waited for, all that is
 * done when {@linkcode TransactionMarkers.add} returns, so that the producer finds its transaction complete with the next request.
 */
export class TransactionMarkers {
  readonly #options: TransactionMarkersOptions;
  readonly #abort = new AbortController();
  /** The work on each transaction; what comes later takes the place of what was there. */
  readonly #current = new Map<string, WriteMarkers>();

  /** Nothing is to be written yet. */
  constructor(options: TransactionMarkersOptions) {
    this.#options = options;
  }

  /** How many transactions have partitions that do not know yet. */
  get pending(): number {
    return this.#current.size;
  }

  /** Has the partitions of a transaction told, which a partition of the coordinator's topic has. */
  add(markers: WriteMarkers, partition: number): void {
    const { transactionalId } = markers;
    this.#current.set(transactionalId, markers);
    void this.#tellAll(markers, partition).catch((error) => {
      if (this.#abort.signal.aborted) return;
      this.#log("error", "Failed to end a transaction", markers, { error });
    }).finally(() => {
      if (this.#current.get(transactionalId) === markers) this.#current.delete(transactionalId);
    });
  }

  /** Stops; the rest is done when the coordinator is loaded again. */
  close(): void {
    this.#abort.abort();
  }

  async #tellAll(markers: WriteMarkers, partition: number): Promise<void> {
    const { clock } = this.#options.env;
    let left = markers.partitions;
    for (let attempt = 0; this.#isWanted(markers, partition); attempt++) {
      const told: TopicPartition[] = [];
      const failed: TopicPartition[] = [];
      let sliceEnd = clock.monotonic() + SLICE_MS;
      for (let i = 0; i < left.length; i += CHUNK) {
        const asked = this.#tell(markers, left.slice(i, i + CHUNK), told, failed);
        const goesOn = asked instanceof Promise ? await asked : asked;
        if (!goesOn) return;
        if (i + CHUNK < left.length && clock.monotonic() >= sliceEnd) {
          await clock.sleep(0);
          sliceEnd = clock.monotonic() + SLICE_MS;
        }
      }
      if (!this.#isWanted(markers, partition)) return;
      left = failed;
      const noted = this.#note(markers, partition, told);
      if (noted instanceof Promise ? await noted : noted) return;
      const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** attempt, MAX_BACKOFF_MS);
      await clock.sleep(backoffMs, this.#abort.signal);
    }
  }

  /** Tells some partitions, and sorts them by what became of it. Returns `false` when the transaction is to be left alone. */
  #tell(
    markers: WriteMarkers,
    partitions: readonly TopicPartition[],
    told: TopicPartition[],
    failed: TopicPartition[],
  ): boolean | Promise<boolean> {
    const { write, exists } = this.#options;
    const asked = partitions.filter((partition) => {
      const isThere = exists(partition);
      if (!isThere) told.push(partition);
      return isThere;
    });
    if (asked.length === 0) return true;
    const sort = (errors: readonly ErrorName[]): boolean => {
      asked.forEach((partition, i) => {
        const error = errors[i]!;
        if (error === "NONE" || NEEDS_NONE.has(error)) return told.push(partition);
        failed.push(partition);
        const level = EXPECTED.has(error) ? "info" : "error";
        const where = { on: topicPartitionKey(partition), error };
        this.#log(level, "Failed to write the marker of a transaction", markers, where);
      });
      return !errors.some((error) => FENCED.has(error));
    };
    const errors = write(markers, asked);
    return errors instanceof Promise ? errors.then(sort) : sort(errors);
  }

  /** Returns whether there is nothing left to do. */
  #note(
    markers: WriteMarkers,
    partition: number,
    told: readonly TopicPartition[],
  ): boolean | Promise<boolean> {
    const failed = (error: unknown): boolean => {
      if (!(error instanceof KafkaError)) throw error;
      // It may be in the log all the same; then the next attempt finds it complete.
      this.#log("info", "Failed to complete a transaction", markers, { error: error.code });
      return !this.#isWanted(markers, partition);
    };
    try {
      const noted = this.#options.told(markers, partition, told);
      return noted instanceof Promise ? noted.catch(failed) : noted;
    } catch (error) {
      return failed(error);
    }
  }

  /** Whether this is still the coordinator that has decided, and there has been no later work on the transaction. */
  #isWanted(markers: WriteMarkers, partition: number): boolean {
    if (this.#abort.signal.aborted) return false;
    if (this.#current.get(markers.transactionalId) !== markers) return false;
    try {
      return this.#options.coordinatorEpoch(partition) === markers.coordinatorEpoch;
    } catch (error) {
      if (error instanceof KafkaError) return false;
      throw error;
    }
  }

  #log(
    level: "info" | "error",
    message: string,
    { transactionalId, producerId, producerEpoch }: WriteMarkers,
    more: Readonly<Record<string, unknown>>,
  ): void {
    const { logger } = this.#options.env;
    logger.write(level, message, { transactionalId, producerId, producerEpoch, ...more });
  }
}
