import { assertEquals, assertStringIncludes } from "@std/assert";
import { startTools } from "../../support/cli.ts";

Deno.test("features: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  await tools.replay("features-describe");
});

Deno.test("features: levels go up and down, or are only checked", async () => {
  await using tools = await startTools();
  const server = ["--bootstrap-server", tools.bootstrap];
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await tools.run("features", ...server, ...args);
    return [code, stdout, stderr];
  };
  const level = async () => {
    const { stdout } = await tools.run("features", ...server, "describe", "--json");
    const all = JSON.parse(stdout) as { feature: string; finalizedVersionLevel: number }[];
    return all.find(({ feature }) => feature === "group.version")?.finalizedVersionLevel;
  };
  assertEquals(await run("downgrade", "--feature", "group.version=0", "--dry-run"), [
    0,
    "group.version can be downgraded to 0.\n",
    "",
  ]);
  assertEquals(await level(), 1);
  assertEquals(await run("disable", "--feature", "group.version"), [
    0,
    "group.version was disabled.\n",
    "",
  ]);
  assertEquals(await level(), 0);
  assertEquals(await run("upgrade", "--feature", "group.version=1"), [
    0,
    "group.version was upgraded to 1.\n",
    "",
  ]);
  const [code, stdout, stderr] = await run("upgrade", "--feature", "group.version=9");
  assertEquals([code, stderr], [1, "1 out of 1 operation(s) failed.\n"]);
  assertStringIncludes(`${stdout}`, "Could not upgrade group.version to 9. ");
});

Deno.test("features: tables need no cluster, and what is wrong is one line", async () => {
  await using tools = await startTools();
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await tools.run("features", ...args);
    return [code, stdout, stderr];
  };
  assertEquals(
    await run("feature-dependencies", "--feature", "group.version=1", "--feature", "x=1"),
    [1, "group.version=1 has no dependencies.\n", "Unknown feature: x\n"],
  );
  const [, mapping] = await run("version-mapping", "--release-version", "3.9");
  assertEquals(`${mapping}`.split("\n").slice(0, 2), [
    "metadata.version=21 (3.9)",
    "kraft.version=1",
  ]);
  const wrong = (message: string) => [
    1,
    "",
    `Command line error: ${message}. Type --help for help.\n`,
  ];
  assertEquals(await run(), wrong("too few arguments"));
  assertEquals(
    await run("describe"),
    wrong("You must specify either --bootstrap-controller or --bootstrap-server."),
  );
  const server = ["--bootstrap-server", tools.bootstrap];
  assertEquals(await run(...server, "describe", "--node-id", "-1"), [
    1,
    "",
    "Invalid node id -1: must be non-negative.\n",
  ]);
  assertEquals(await run(...server, "upgrade"), [
    1,
    "",
    "You must specify at least one feature to upgrade\n",
  ]);
});
