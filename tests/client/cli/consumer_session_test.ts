import { assertEquals, assertThrows } from "@std/assert";
import { openConsumer } from "../../../client/cli/consumer_session.ts";
import { JavaException, stackText } from "../../../client/cli/java_exception.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("a tool's consumer has the tool's network, and its exceptions", async () => {
  await using tools = await startTools();
  const { env, transport, bootstrap } = tools;
  await tools.run("topics", "--bootstrap-server", bootstrap, "--create", "--topic", "t");
  const io = { env, transport, stdout: () => {}, stderr: () => {} };
  const open = (configs: Readonly<Record<string, string>>) =>
    openConsumer(io, new LineOutput(io), configs);
  await using consumer = open({ "bootstrap.servers": bootstrap });
  assertEquals((await consumer.partitionsFor("t")).map(({ partition }) => partition), [0]);
  assertThrows(
    () => open({ "bootstrap.servers": bootstrap, "max.poll.records": "x" }),
    InvalidConfigError,
    "max.poll.records",
  );
  const nowhere = assertThrows(() => open({ "bootstrap.servers": "nowhere" }), JavaException);
  assertEquals(
    stackText(nowhere),
    "org.apache.kafka.common.KafkaException: Failed to construct kafka consumer\n" +
      "Caused by: org.apache.kafka.common.config.ConfigException: Invalid url in bootstrap.servers: nowhere",
  );
});
