/**
 * The metrics of a consumer that `seglog consumer-perf-test --print-metrics` prints.
 *
 * @module
 */

import type { Consumer } from "../consumer/consumer.ts";
import type { Metric } from "./metric_table.ts";

/**
 * Of Kafka's group `consumer-fetch-manager-metrics` how many records were read in all, and how many are left in each partition; of
 * `consumer-coordinator-metrics` how many partitions there are. Kafka has rates, averages and figures of its network besides.
 *
 * @param records how many were read
 */
export function consumerMetrics(consumer: Consumer, clientId: string, records: number): Metric[] {
  const tags = { "client-id": clientId };
  const fetching = "consumer-fetch-manager-metrics";
  const assigned = consumer.assignment();
  const metrics: Metric[] = [
    {
      group: "consumer-coordinator-metrics",
      name: "assigned-partitions",
      tags,
      value: assigned.length,
    },
    { group: fetching, name: "records-consumed-total", tags, value: records },
  ];
  for (const { topic, partition } of assigned) {
    const lag = consumer.currentLag({ topic, partition });
    if (lag === undefined) continue;
    const partitionTags = { ...tags, topic, partition: String(partition) };
    metrics.push({ group: fetching, name: "records-lag", tags: partitionTags, value: lag });
  }
  return metrics;
}
