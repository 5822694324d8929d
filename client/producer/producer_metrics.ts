/**
 * What a producer counts, by the names of Kafka's metrics.
 *
 * @module
 */

/** Totals since the producer was made, and what is the case now. */
export interface ProducerMetrics {
  /** Records that were sent, each time counted. */
  readonly "record-send-total": number;
  /** Records that were given up. */
  readonly "record-error-total": number;
  /** Records that were sent again. */
  readonly "record-retry-total": number;
  /** Bytes of the batches that were sent. */
  readonly "byte-total": number;
  /** Requests with records. */
  readonly "request-total": number;
  /** Batches that were cut up because they were too large. */
  readonly "batch-split-total": number;
  /** Bytes of memory for records. */
  readonly "buffer-total-bytes": number;
  /** Bytes of it that are free. */
  readonly "buffer-available-bytes": number;
  /** Records that could not be sent for want of memory. */
  readonly "buffer-exhausted-total": number;
  /** Requests without an answer. */
  readonly "requests-in-flight": number;
  /** Sends that wait for memory or metadata. */
  readonly "waiting-threads": number;
}

/** The totals, as the sender counts them. */
export interface ProducerTotals {
  /** `record-send-total`. */
  sent: number;
  /** `record-error-total`. */
  failed: number;
  /** `record-retry-total`. */
  retried: number;
  /** `byte-total`. */
  bytes: number;
  /** `request-total`. */
  requests: number;
  /** `batch-split-total`. */
  splits: number;
  /** `buffer-exhausted-total`. */
  exhausted: number;
}

/** Nothing so far. */
export function noTotals(): ProducerTotals {
  return { sent: 0, failed: 0, retried: 0, bytes: 0, requests: 0, splits: 0, exhausted: 0 };
}
