import { assertEquals } from "@std/assert";
import { metricLines } from "../../../client/cli/metric_table.ts";
import { producerMetrics } from "../../../client/cli/producer_perf_metrics.ts";

Deno.test("a producer's metrics have Kafka's groups and names", () => {
  const lines = metricLines(producerMetrics(
    {
      "record-send-total": 10,
      "record-error-total": 1,
      "record-retry-total": 2,
      "byte-total": 231,
      "request-total": 3,
      "batch-split-total": 0,
      "buffer-total-bytes": 1000,
      "buffer-available-bytes": 900,
      "buffer-exhausted-total": 0,
      "requests-in-flight": 0,
      "waiting-threads": 0,
    },
    "c",
    "t",
  ));
  assertEquals(lines.slice(2).map((line) => line.replace(/ +/g, " ")), [
    "producer-metrics:batch-split-total:{client-id=c} : 0.000",
    "producer-metrics:buffer-available-bytes:{client-id=c} : 900.000",
    "producer-metrics:buffer-exhausted-total:{client-id=c} : 0.000",
    "producer-metrics:buffer-total-bytes:{client-id=c} : 1000.000",
    "producer-metrics:record-error-total:{client-id=c} : 1.000",
    "producer-metrics:record-retry-total:{client-id=c} : 2.000",
    "producer-metrics:record-send-total:{client-id=c} : 10.000",
    "producer-metrics:requests-in-flight:{client-id=c} : 0.000",
    "producer-metrics:waiting-threads:{client-id=c} : 0.000",
    "producer-topic-metrics:byte-total:{client-id=c, topic=t} : 231.000",
    "producer-topic-metrics:record-error-total:{client-id=c, topic=t} : 1.000",
    "producer-topic-metrics:record-retry-total:{client-id=c, topic=t} : 2.000",
    "producer-topic-metrics:record-send-total:{client-id=c, topic=t} : 10.000",
  ]);
});
