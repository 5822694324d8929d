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
  const causes = (configs: Readonly<Record<string, string>>) =>
    stackText(
      assertThrows(() => open({ "bootstrap.servers": bootstrap, ...configs }), JavaException),
    ).split("\nCaused by: ");
  const failed = "org.apache.kafka.common.KafkaException: Failed to construct kafka consumer";
  assertEquals(causes({ "bootstrap.servers": "nowhere" }), [
    failed,
    "org.apache.kafka.common.config.ConfigException: Invalid url in bootstrap.servers: nowhere",
  ]);
  assertEquals(causes({ "session.timeout.ms": "5" }), [
    failed,
    "java.lang.IllegalArgumentException: Heartbeat must be set lower than the session timeout",
  ]);
  assertEquals(causes({ "group.id": "" }), [
    failed,
    "org.apache.kafka.common.errors.InvalidGroupIdException: " +
    "The configured group.id should not be an empty string or whitespace.",
  ]);
  assertEquals(causes({ "group.id": "g", "partition.assignment.strategy": "mine" }), [
    failed,
    "org.apache.kafka.common.KafkaException: mine ClassNotFoundException exception occurred",
    "java.lang.ClassNotFoundException: mine",
  ]);
});
