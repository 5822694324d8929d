/**
 * Looking at records on their way, or changing them (Kafka's `ProducerInterceptor`).
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import type { ProducerRecord } from "./producer_record.ts";
import { RecordMetadata } from "./record_metadata.ts";

/** One that looks. */
export interface ProducerInterceptor<K = unknown, V = unknown> {
  /** Sees a record before keys and values become bytes; what it returns is sent. */
  onSend?(record: ProducerRecord<K, V>): ProducerRecord<K, V>;
  /**
   * Sees what has become of a record, before who sent it does.
   *
   * @param metadata where it is; without an offset when it was given up
   * @param error why it was given up; null when it is written
   * @param headers its headers
   */
  onAcknowledgement?(
    metadata: RecordMetadata,
    error: Error | null,
    headers: readonly RecordHeader[],
  ): void;
  /** Told when the producer closes. */
  close?(): void;
}

/** All of a producer, in the order that they were given in. One that throws is passed over. */
export class ProducerInterceptors<K, V> {
  readonly #interceptors: readonly ProducerInterceptor<K, V>[];
  readonly #logger: Logger;

  /** Calls these. */
  constructor(interceptors: readonly ProducerInterceptor<K, V>[], logger: Logger) {
    this.#interceptors = interceptors;
    this.#logger = logger;
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#interceptors.length === 0;
  }

  /** The record as it is to be sent. */
  onSend(record: ProducerRecord<K, V>): ProducerRecord<K, V> {
    let current = record;
    for (const interceptor of this.#interceptors) {
      this.#try("onSend", () => {
        current = interceptor.onSend?.(current) ?? current;
      });
    }
    return current;
  }

  /** What has become of it. */
  onAcknowledgement(
    { topic, partition, headers = [] }: ProducerRecord<K, V>,
    metadata: RecordMetadata | null,
    error: Error | null,
  ): void {
    const told = metadata ?? new RecordMetadata(topic, partition ?? -1, -1, -1, -1, -1);
    for (const interceptor of this.#interceptors) {
      this.#try("onAcknowledgement", () => interceptor.onAcknowledgement?.(told, error, headers));
    }
  }

  /** The producer closes. */
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
