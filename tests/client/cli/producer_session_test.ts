import { assertEquals, assertThrows } from "@std/assert";
import { JavaException, stackText } from "../../../client/cli/java_exception.ts";
import { closeStopped, openProducer } from "../../../client/cli/producer_session.ts";
import type { ProducerMetrics } from "../../../client/producer/producer_metrics.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("a tool's producer has the tool's network, and its exceptions", async () => {
  await using tools = await startTools();
  const { env, transport, bootstrap } = tools;
  await tools.run("topics", "--bootstrap-server", bootstrap, "--create", "--topic", "t");
  const io = { env, transport, stdout: () => {}, stderr: () => {} };
  const serializer = "org.apache.kafka.common.serialization.ByteArraySerializer";
  const open = (configs: Readonly<Record<string, string>>) =>
    openProducer(io, new LineOutput(io), {
      "key.serializer": serializer,
      "value.serializer": serializer,
      ...configs,
    });
  await using producer = open({ "bootstrap.servers": bootstrap });
  const { partition, offset } = await producer.send({ topic: "t", value: new Uint8Array(3) });
  assertEquals([partition, offset], [0, 0]);
  assertThrows(
    () => open({ "bootstrap.servers": bootstrap, "acks": "7" }),
    InvalidConfigError,
    "acks",
  );
  const nowhere = assertThrows(() => open({ "bootstrap.servers": "nowhere" }), JavaException);
  assertEquals(
    stackText(nowhere),
    "org.apache.kafka.common.KafkaException: Failed to construct kafka producer\n" +
      "Caused by: org.apache.kafka.common.config.ConfigException: Invalid url in bootstrap.servers: nowhere",
  );
});

Deno.test("who is told to stop gives up what waits for a topic, and nothing that is in a batch", async () => {
  const closedWith = async (metrics: Partial<ProducerMetrics>) => {
    let asked: unknown;
    await closeStopped({
      metrics: () => ({ "buffer-total-bytes": 100, ...metrics }) as ProducerMetrics,
      close: (options) => {
        asked = options;
        return Promise.resolve();
      },
    });
    return asked;
  };
  const [empty, filled] = [100, 60].map((bytes) => ({ "buffer-available-bytes": bytes }));
  assertEquals(await closedWith({ ...empty, "waiting-threads": 1 }), { timeoutMs: 0 });
  assertEquals(await closedWith({ ...empty, "waiting-threads": 0 }), {});
  assertEquals(await closedWith({ ...filled, "waiting-threads": 1 }), {});
});
