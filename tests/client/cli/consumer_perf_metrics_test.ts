import { assertEquals } from "@std/assert";
import { consumerMetrics } from "../../../client/cli/consumer_perf_metrics.ts";
import { metricLines } from "../../../client/cli/metric_table.ts";
import { Consumer } from "../../../client/consumer/consumer.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("a consumer's metrics have Kafka's groups and names", async () => {
  await using tools = await startTools();
  const { bootstrap, transport } = tools;
  const to = ["--bootstrap-server", bootstrap, "--topic", "t"];
  await tools.run("topics", ...to, "--create");
  await tools.run(
    "producer-perf-test",
    ...[...to, "--num-records", "5", "--throughput", "-1", "--record-size", "9"],
  );
  await using consumer = new Consumer({ bootstrapServers: bootstrap, transport });
  consumer.assign([{ topic: "t", partition: 0 }]);
  const lines = () =>
    metricLines(consumerMetrics(consumer, "c", 3)).slice(2)
      .map((line) => line.replace(/ +/g, " "));
  const known = [
    "consumer-coordinator-metrics:assigned-partitions:{client-id=c} : 1.000",
    "consumer-fetch-manager-metrics:records-consumed-total:{client-id=c} : 3.000",
  ];
  // Before it has heard from the broker it knows of no lag.
  assertEquals(lines(), known);
  consumer.seekToBeginning();
  while ((await consumer.poll(10_000)).isEmpty);
  consumer.seek({ topic: "t", partition: 0 }, 3);
  assertEquals(lines(), [
    known[0],
    "consumer-fetch-manager-metrics:records-consumed-total:{client-id=c} : 3.000",
    "consumer-fetch-manager-metrics:records-lag:{client-id=c, topic=t, partition=0} : 2.000",
  ]);
});
