/**
 * Looking at records before they are returned, or changing them, and at offsets that are committed (Kafka's `ConsumerInterceptor`).
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { ConsumerRecords } from "./consumer_records.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";

/** One that looks. */
export interface ConsumerInterceptor<K = unknown, V = unknown> {
  /** Sees what a poll is going to return; what it returns is returned. */
  onConsume?(records: ConsumerRecords<K, V>): ConsumerRecords<K, V>;
  /** Sees what was committed. */
  onCommit?(offsets: TopicPartitionMap<OffsetAndMetadata>): void;
  /** Told when the consumer closes. */
  close?(): void;
}

/** All of a consumer, in the order that they were given in. One that throws is passed over. */
export class ConsumerInterceptors<K, V> {
  readonly #interceptors: readonly ConsumerInterceptor<K, V>[];
  readonly #logger: Logger;

  /** Calls these. */
  constructor(interceptors: readonly ConsumerInterceptor<K, V>[], logger: Logger) {
    this.#interceptors = interceptors;
    this.#logger = logger;
  }

  /** The records as they are to be returned. */
  onConsume(records: ConsumerRecords<K, V>): ConsumerRecords<K, V> {
    let current = records;
    for (const interceptor of this.#interceptors) {
      this.#try("onConsume", () => {
        current = interceptor.onConsume?.(current) ?? current;
      });
    }
    return current;
  }

  /** Offsets were committed. */
  onCommit(offsets: TopicPartitionMap<OffsetAndMetadata>): void {
    for (const interceptor of this.#interceptors) {
      this.#try("onCommit", () => interceptor.onCommit?.(offsets));
    }
  }

  /** The consumer closes. */
  close(): void {
    for (const interceptor of this.#interceptors) this.#try("close", () => interceptor.close?.());
  }

  #try(method: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.write("warn", "An interceptor failed", { method, error });
    }
  }
}
