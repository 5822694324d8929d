import { assertEquals, assertStringIncludes } from "@std/assert";
import { startTools } from "../../support/cli.ts";
import { makeCliData } from "../../support/cli_data.ts";

const STEPS = "compacted-topic to-3 to-3-again lower to-end beyond duplicate not-json".split(" ");
const fixtures = new URL("../../fixtures/cli/", import.meta.url);

Deno.test("delete-records: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  await makeCliData(tools);
  for (const step of STEPS) {
    const text = await Deno.readTextFile(new URL(`delete-records-${step}.json`, fixtures));
    tools.writeFile(`${step}.json`, text);
    await t.step(step, () => tools.replay(`delete-records-${step}`));
  }
  await t.step("get-offsets afterwards", () => tools.replay("get-offsets-earliest-after-delete"));
});

Deno.test("delete-records: files that say something else", async () => {
  await using tools = await startTools();
  const run = (json: string) => {
    tools.writeFile("file.json", json);
    const file = ["--offset-json-file", "file.json"];
    return tools.run("delete-records", "--bootstrap-server", tools.bootstrap, ...file);
  };
  const refusals: readonly (readonly [json: string, message: string])[] = [
    ["{}", "Missing partitions field"],
    ['{"version":2,"partitions":[]}', "Not supported version field value 2"],
    ["[]", "Expected JSON object, received []"],
    ['{"partitions":[{"topic":"a","partition":0}]}', "No such field exists: `offset`"],
    ['{"partitions":[{"topic":1}]}', "Expected `String` value, received 1"],
  ];
  for (const [json, message] of refusals) {
    const { code, stderr } = await run(json);
    assertEquals([code, stderr.split("\n")[0]], [1, message]);
  }
  const missing = await tools.run(
    ...["delete-records", "--bootstrap-server", tools.bootstrap, "--offset-json-file", "none"],
  );
  assertStringIncludes(missing.stderr, "java.nio.file.NoSuchFileException: none");
});
