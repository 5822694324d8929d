import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { parseResetPlan, parseTopicWithPartitions } from "../../../client/cli/offset_reset.ts";
import { startTools } from "../../support/cli.ts";
import { makeCliData } from "../../support/cli_data.ts";

Deno.test("partitions are named behind a colon", () => {
  assertEquals(parseTopicWithPartitions("a:0,2"), [{ topic: "a", partition: 0 }, {
    topic: "a",
    partition: 2,
  }]);
  assertThrows(() => parseTopicWithPartitions("a:0:1"), JavaException, "expected topic name");
  assertThrows(() => parseTopicWithPartitions("a:x"), JavaException, "Invalid partition 'x'");
});

Deno.test("a plan has a line for each partition, with the group when there are several", () => {
  const [[group, plan]] = [...parseResetPlan('"a",0,5\nb,1,6\n', ["g"])] as [[string, never]];
  assertEquals([group, `${plan}`], ["g", "{a-0=5, b-1=6}"]);
  assertEquals([...parseResetPlan("g,a,0,5\nh,a,0,6", ["g", "h"]).keys()], ["g", "h"]);
  assertThrows(() => parseResetPlan("a,b,c", ["g"]), JavaException, "Line 1 of the reset plan");
});

Deno.test("offsets go by time, by file, to what is current, and to the ends", async () => {
  await using tools = await startTools();
  await makeCliData(tools);
  const reset = async (...args: string[]) => {
    const { stdout, stderr } = await tools.run(
      ...["consumer-groups", "--bootstrap-server", tools.bootstrap, "--reset-offsets"] as const,
      ...["--group", "g", "--json", "--execute", ...args],
    );
    if (!stdout.startsWith("[")) return stdout + stderr;
    return (JSON.parse(stdout) as { offset: number }[]).map(({ offset }) => offset);
  };
  const topic = ["--topic", "keyed-topic"];
  assertEquals(await reset(...topic, "--to-latest"), [8]);
  assertEquals(await reset(...topic, "--to-current"), [8]);
  assertEquals(await reset(...topic, "--shift-by", "-3"), [5]);
  assertEquals(await reset("--all-topics", "--to-current"), [5]);
  assertEquals(await reset(...topic, "--to-datetime", "2020-01-01T00:00:00.000"), [0]);
  assertEquals(await reset(...topic, "--by-duration", "P1D"), [0]);
  tools.writeFile("plan.csv", "keyed-topic,0,2\n");
  assertEquals(await reset("--from-file", "plan.csv"), [2]);
  const missing = await reset("--topic", "keyed-topic:9", "--to-latest");
  assertEquals(
    `${missing}`.split("\n")[1],
    'Error: Executing consumer group command failed due to The partitions "keyed-topic-9" do not exist',
  );
});
