import { assertEquals } from "@std/assert";
import { startTools } from "../../support/cli.ts";
import { makeCliData } from "../../support/cli_data.ts";

Deno.test("transactions: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  await makeCliData(tools);
  for (const step of ["list", "describe-missing", "describe-producers"]) {
    await t.step(step, () => tools.replay(`transactions-${step}`));
  }
});

Deno.test("transactions: what is missing, and what is not there", async () => {
  await using tools = await startTools();
  await makeCliData(tools);
  const run = async (line: string) => {
    const server = ["--bootstrap-server", tools.bootstrap];
    const { code, stdout, stderr } = await tools.run("transactions", ...server, ...line.split(" "));
    return [code, stdout + stderr];
  };
  assertEquals(await run("find-hanging"), [
    1,
    "The `find-hanging` command requires either --topic or --broker-id to limit the scope of the search\n",
  ]);
  assertEquals(await run("find-hanging --broker-id 0 --partition 1"), [
    1,
    "The --partition argument requires --topic to be provided\n",
  ]);
  assertEquals(await run("find-hanging --topic keyed-topic --json"), [0, "[]\n"]);
  const abort = "abort --topic keyed-topic --partition 0";
  assertEquals((await run(abort))[0], 1);
  assertEquals(await run(`${abort} --producer-id 1 --producer-epoch 0`), [
    1,
    "Missing required argument --coordinator-epoch\n",
  ]);
  assertEquals(await run(`${abort} --start-offset 1`), [
    1,
    "Could not find any open transactions starting at offset 1 on partition keyed-topic-0\n",
  ]);
  assertEquals(await run("--version"), [0, "4.3.1 (Commit:26b251a451ce941d)\n"]);
});
