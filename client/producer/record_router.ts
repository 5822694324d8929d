/**
 * Which partition a record goes to, and whether it can go at all.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import { RECORD_BATCH_OVERHEAD } from "../../storage/record/record_batch.ts";
import type { ClientConfig } from "../config/client_config.ts";
import type { TopicMetadata } from "../metadata_cache.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { partitionForKey } from "./murmur2.ts";
import type { Partitioner } from "./partitioner.ts";
import type { ProducerRecord } from "./producer_record.ts";
import { recordSizeUpperBound } from "./record_size.ts";
import { RoundRobinPartitioner } from "./round_robin_partitioner.ts";

const ROUND_ROBIN = "org.apache.kafka.clients.producer.RoundRobinPartitioner";

/** What all records of a producer have in common. */
export class RecordRouter {
  /** The rule that a user has configured; `undefined` for none. */
  readonly partitioner: Partitioner | undefined;
  readonly #ignoresKeys: boolean;
  readonly #maxRequestSize: number;
  readonly #bufferMemory: number;

  /**
   * Reads the configs.
   *
   * @throws {InvalidConfigError} for a partitioner that there is not
   */
  constructor(config: ClientConfig) {
    this.partitioner = partitionerOf(config);
    this.#ignoresKeys = config.boolean("partitioner.ignore.keys");
    this.#maxRequestSize = config.number("max.request.size");
    this.#bufferMemory = config.number("buffer.memory");
  }

  /**
   * The partition of a record; -1 when any will do.
   *
   * @throws {RangeError} when the configured rule chooses what cannot be one
   */
  partition(
    record: ProducerRecord<unknown, unknown>,
    keyBytes: Uint8Array | null,
    valueBytes: Uint8Array | null,
    metadata: TopicMetadata,
  ): number {
    if (record.partition != null) return record.partition;
    if (this.partitioner !== undefined) {
      const { topic, key = null, value = null } = record;
      const toPartition = { topic, key, keyBytes, value, valueBytes };
      const chosen = this.partitioner.partition(toPartition, metadata);
      if (Number.isInteger(chosen) && chosen >= 0) return chosen;
      throw new RangeError(
        `The partitioner generated an invalid partition number: ${chosen}. ` +
          "Partition number should always be non-negative.",
      );
    }
    if (keyBytes === null || this.#ignoresKeys) return -1;
    return partitionForKey(keyBytes, metadata.partitions.length);
  }

  /** The most bytes that a record takes, alone in a batch. */
  sizeOf(
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
  ): number {
    return RECORD_BATCH_OVERHEAD + recordSizeUpperBound(key, value, headers);
  }

  /**
   * Refuses a record that no request, or no buffer, has room for.
   *
   * @throws {KafkaError} `MESSAGE_TOO_LARGE`
   */
  ensureSize(
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] | undefined,
  ): void {
    const size = this.sizeOf(key, value, headers);
    if (size <= this.#maxRequestSize && size <= this.#bufferMemory) return;
    throw new KafkaError(
      "MESSAGE_TOO_LARGE",
      `The message is ${size} bytes when serialized which is larger than ` +
        (size > this.#maxRequestSize
          ? `${this.#maxRequestSize}, which is the value of the max.request.size configuration.`
          : "the total memory buffer you have configured with the buffer.memory configuration."),
    );
  }
}

function partitionerOf(config: ClientConfig): Partitioner | undefined {
  const thing = config.thing("partitioner.class");
  if (thing !== undefined) {
    if (typeof (thing as Partitioner).partition === "function") return thing as Partitioner;
    throw new InvalidConfigError(
      `Invalid value ${thing} for configuration partitioner.class: Not a partitioner`,
    );
  }
  const name = config.string("partitioner.class");
  if (name === null) return undefined;
  if (name === ROUND_ROBIN) return new RoundRobinPartitioner();
  throw new InvalidConfigError(
    `Invalid value ${name} for configuration partitioner.class: Class ${name} could not be found.`,
  );
}
