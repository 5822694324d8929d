import { assertEquals } from "@std/assert";
import { startTools } from "../../support/cli.ts";

Deno.test("topics are told as JSON, by name or id", async () => {
  await using tools = await startTools();
  await tools.replay("topics-create-with-config");
  const server = ["--bootstrap-server", tools.bootstrap];
  const run = async (...args: string[]) =>
    JSON.parse((await tools.run("topics", ...server, "--json", ...args)).stdout);
  assertEquals(await run("--list"), ["with-config"]);
  const [topic] = await run("--describe", "--topic", "with-config");
  assertEquals([topic.topic, topic.configs["cleanup.policy"], topic.partitions], [
    "with-config",
    "compact",
    [{ ...{ partition: 0, leader: 1 - 1, replicas: [0], isr: [0] }, elr: [], lastKnownElr: [] }],
  ]);
  const byId = ["--describe", "--topic-id", topic.topicId];
  assertEquals((await run(...byId))[0].topic, "with-config");
  assertEquals(await run("--describe", "--unavailable-partitions"), []);
  const missing = await tools.run("topics", ...server, "--describe", "--topic-id", "x");
  assertEquals(
    missing.stdout,
    "Error while executing topic command : Input byte[] should at least have 2 bytes for base64 bytes\n",
  );
});
