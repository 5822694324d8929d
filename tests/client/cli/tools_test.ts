import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { commandOf } from "../../interop/support/cli_fixtures.ts";
import { runTool, startTools } from "../../support/cli.ts";
import { makeCliData } from "../../support/cli_data.ts";
import { manualEnv } from "../../support/manual_env.ts";

const fixtures = new URL("../../fixtures/cli-help/", import.meta.url);
const NOWHERE = {
  bootstrap: "localhost:1",
  controller: "localhost:2",
  directory: "/",
  directoryId: "",
  clusterId: "",
};

Deno.test("the help of every tool and command is what Apache Kafka's tools print", async (t) => {
  for await (const { name } of Deno.readDir(fixtures)) {
    await t.step(name, async () => {
      const fixture = await Deno.readTextFile(new URL(name, fixtures));
      const { tool, args } = commandOf(fixture, NOWHERE);
      const { code, stdout, stderr } = await runTool(tool, args, { env: manualEnv() });
      const printed = `${stdout}${stderr === "" ? "" : `[stderr]\n${stderr}`}[rc] ${code}\n`;
      assertEquals(printed, fixture.slice(fixture.indexOf("\n") + 1));
    });
  }
});

/** Commands that print tables, or lines of figures; `$S` is the server. */
const TABLES = `
topics $S --list
topics $S --describe
configs $S --describe --topic with-config
configs $S --describe --entity-type brokers
configs $S --describe --topic none
consumer-groups $S --list --state --type
consumer-groups $S --describe --group g --group h
consumer-groups $S --describe --all-groups --members --verbose
consumer-groups $S --describe --all-groups --state
consumer-groups $S --reset-offsets --group g --all-topics --to-latest --dry-run
consumer-groups $S --delete-offsets --group g --topic console-topic:1
consumer-groups $S --delete --group h
get-offsets $S
get-offsets $S --time -3
delete-records $S --offset-json-file records.json
cluster cluster-id $S
cluster list-endpoints $S
broker-api-versions $S
metadata-quorum $S describe --status
metadata-quorum $S describe --replication
features $S describe
log-dirs $S --describe
leader-election $S --election-type preferred --all-topic-partitions
reassign-partitions $S --list
reassign-partitions $S --verify --reassignment-json-file plan.json
transactions $S list
transactions $S describe --transactional-id tx
transactions $S describe-producers --topic console-topic --partition 0
transactions $S find-hanging --broker-id 0
`.trim().split("\n");

/** Where texts of digits stand: in configs, and in the names of brokers that have some. */
const TEXTS = /^(value|defaultValue|entityName|min\.insync\.replicas|configs)$|\.(bytes|ms)$/;

function checkNumbers(name: string, value: unknown): void {
  if (typeof value === "string" && !TEXTS.test(name)) assertNotMatch(value, /^-?\d+$/, name);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    checkNumbers(Array.isArray(value) ? name : key, inner);
  }
}

Deno.test("what tools print as a table they print as one JSON document too, numbers as numbers", async (t) => {
  await using tools = await startTools();
  await makeCliData(tools);
  const server = ["--bootstrap-server", tools.bootstrap];
  await tools.run(
    "producer-perf-test",
    ...[...server, "--topic", "console-topic", "--num-records", "5", "--throughput", "-1"],
    ...["--record-size", "9", "--transactional-id", "tx"],
  );
  for (const group of ["g", "h"]) {
    const reset = ["--reset-offsets", "--to-earliest", "--execute"];
    const args = [...server, "--group", group, "--topic", "console-topic", ...reset];
    assertEquals((await tools.run("consumer-groups", ...args)).code, 0);
  }
  const partition = { topic: "console-topic", partition: 0 };
  const files = {
    "records.json": { ...partition, offset: 1 },
    "plan.json": { ...partition, replicas: [0] },
  };
  for (const [name, partition] of Object.entries(files)) {
    tools.writeFile(name, JSON.stringify({ version: 1, partitions: [partition] }));
  }
  for (const line of TABLES) {
    await t.step(line, async () => {
      const [tool, ...args] = line.replace("$S", server.join(" ")).split(" ");
      const { code, stdout, stderr } = await tools.run(tool!, ...args, "--json");
      assertEquals([code, stderr], [0, ""]);
      checkNumbers("", JSON.parse(stdout));
    });
  }
});

Deno.test("where there is no table, JSON is refused", async () => {
  await using tools = await startTools();
  const to = (text: string) => `--bootstrap-server ${tools.bootstrap} ${text} --json`.split(" ");
  const refused = async (tool: string, text: string) => {
    const { code, stdout, stderr } = await tools.run(tool, ...to(text));
    assertEquals([code, stdout], [1, ""]);
    return stderr.split("\n")[0];
  };
  const answers = [
    await refused("topics", "--create --topic t"),
    await refused("configs", "--alter --topic t --add-config retention.ms=1"),
    await refused("consumer-groups", "--reset-offsets --group g --all-topics --dry-run --export"),
    await refused("reassign-partitions", "--cancel --reassignment-json-file plan.json"),
  ];
  for (const answer of answers) assertMatch(answer!, /^Option "\[json\]" can't be used with /);
  assertMatch((await refused("metadata-quorum", "add-controller"))!, /^usage: /);
});
