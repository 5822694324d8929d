import { assertEquals } from "@std/assert";
import { resourceOf } from "../../../client/cli/configs_resource.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("an entity has the configs of a resource", () => {
  assertEquals(resourceOf("broker-loggers", "1"), { type: "BROKER_LOGGER", name: "1" });
});

Deno.test("entities of each type are described, and those that are not there told", async () => {
  await using tools = await startTools();
  const run = async (...args: string[]) => {
    const server = ["--bootstrap-server", tools.bootstrap];
    const { stdout, stderr } = await tools.run("configs", ...server, "--describe", ...args);
    return stdout + stderr;
  };
  for (const type of ["broker", "broker-logger", "client-metrics", "group"]) {
    const name = type.startsWith("broker") ? "7" : "none";
    const text = await run(`--${type}`, name);
    const shown = type === "client-metrics" ? "client-metric" : type;
    assertEquals(text, `The ${shown} '${name}' doesn't exist and doesn't have dynamic config.\n`);
  }
  assertEquals(await run("--entity-type", "client-metrics"), "");
  assertEquals(
    (await run("--broker-logger", "0")).split("\n")[0],
    [
      "Dynamic configs for broker-logger 0 are:",
    ][0],
  );
  assertEquals(
    (await run("--topic", "a b")).split("\n")[1],
    [
      "org.apache.kafka.common.errors.InvalidTopicException: Topic name is invalid: 'a b' contains one or more " +
      "characters other than ASCII alphanumerics, '.', '_' and '-'",
    ][0],
  );
  const all = JSON.parse(await run("--entity-type", "brokers", "--json"));
  const shown = (all as { entityName: string | null; configs: { name: string }[] }[]).map(
    ({ entityName, configs }) => [entityName, configs.map(({ name }) => name)],
  );
  assertEquals(shown, [["0", []], [null, ["min.insync.replicas"]]]);
});
