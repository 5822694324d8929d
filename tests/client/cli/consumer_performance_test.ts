import { assertEquals, assertStringIncludes } from "@std/assert";
import { startTools } from "../../support/cli.ts";

Deno.test("consumer-perf-test: what is wrong is told as Apache Kafka tells it", async () => {
  await using tools = await startTools();
  const to = ["--bootstrap-server", tools.bootstrap];
  const run = (...args: string[]) => tools.run("consumer-perf-test", ...to, ...args);
  const none = await run("--num-records", "5");
  assertEquals([none.code, none.stdout], [1, ""]);
  assertStringIncludes(
    none.stderr,
    "Exactly one of the following arguments is required: [topic], [include]",
  );
  const file = await run("--num-records", "5", "--topic", "t", "--command-config", "none");
  assertEquals(file.code, 1);
  assertStringIncludes(file.stderr, "none");
  const header =
    (await run("--num-records", "5", "--topic", "t", "--command-config", "none")).stdout;
  assertStringIncludes(header, "start.time, end.time, data.consumed.in.MB, ");
  const hidden = await run(
    ...["--num-records", "5", "--topic", "t", "--command-config", "none", "--hide-header"],
  );
  assertEquals(hidden.stdout, "");
});
