/**
 * The metrics of a producer that `seglog producer-perf-test --print-metrics` prints.
 *
 * @module
 */

import type { ProducerMetrics } from "../producer/producer_metrics.ts";
import type { Metric } from "./metric_table.ts";

/** What a producer measures as Kafka's does. */
const OF_PRODUCER: readonly (keyof ProducerMetrics)[] = [
  "batch-split-total",
  "buffer-available-bytes",
  "buffer-exhausted-total",
  "buffer-total-bytes",
  "record-error-total",
  "record-retry-total",
  "record-send-total",
  "requests-in-flight",
  "waiting-threads",
];

/** What it measures of a topic, when that is all that records are sent to. */
const OF_TOPIC: readonly (keyof ProducerMetrics)[] = [
  "byte-total",
  "record-error-total",
  "record-retry-total",
  "record-send-total",
];

/**
 * Of Kafka's groups `producer-metrics` and `producer-topic-metrics` the totals of records, of bytes and of batches that were cut up, and how
 * full the buffer is. Kafka has rates, averages and figures of its network threads besides.
 *
 * @param topic where all records went
 */
export function producerMetrics(
  metrics: ProducerMetrics,
  clientId: string,
  topic: string,
): Metric[] {
  const tags = { "client-id": clientId };
  const topicTags = { ...tags, topic };
  return [
    ...OF_PRODUCER.map((name) => ({
      group: "producer-metrics",
      name,
      tags,
      value: metrics[name],
    })),
    ...OF_TOPIC.map((name) => ({
      group: "producer-topic-metrics",
      name,
      tags: topicTags,
      value: metrics[name],
    })),
  ];
}
