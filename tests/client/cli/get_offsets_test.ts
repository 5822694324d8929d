import { assertEquals } from "@std/assert";
import { startTools } from "../../support/cli.ts";
import { makeCliData } from "../../support/cli_data.ts";

const STEPS =
  `latest earliest minus-1 minus-2 max-timestamp timestamp-0 timestamp-future earliest-local
  latest-tiered partitions topic-partitions pattern missing bad-time`.split(/\s+/);

Deno.test("get-offsets: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  await makeCliData(tools);
  for (const step of STEPS) await t.step(step, () => tools.replay(`get-offsets-${step}`));
});

Deno.test("get-offsets: options that do not go together, and JSON", async () => {
  await using tools = await startTools();
  await makeCliData(tools);
  const server = ["--bootstrap-server", tools.bootstrap];
  const run = (...args: string[]) => tools.run("get-offsets", ...server, ...args);
  assertEquals(await run("--topic-partitions", "a:1", "--topic", "b"), {
    code: 1,
    stdout: "",
    stderr: "Error occurred: --topic-partitions cannot be used with --topic or --partitions\n",
  });
  assertEquals(
    JSON.parse((await run("--topic-partitions", "console-topic:1-", "--json")).stdout),
    [
      { topic: "console-topic", partition: 1, offset: 2 },
      { topic: "console-topic", partition: 2, offset: 3 },
    ],
  );
  assertEquals(
    (await run("--partitions", "1,x")).stderr.split("\n")[0],
    [
      "Error occurred: --partitions expects a comma separated list of numeric partition ids, but received: 1,x",
    ][0],
  );
});
