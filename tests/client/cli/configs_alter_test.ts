import { assertEquals, assertThrows } from "@std/assert";
import { parseAddConfig } from "../../../client/cli/configs_alter.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { startTools } from "../../support/cli.ts";

Deno.test("configs are name=value, with brackets around what has commas", () => {
  assertEquals([...parseAddConfig("a=1, b = [x,y] ,c=")], [["a", "1"], ["b", "x,y"], ["c", ""]]);
  assertThrows(() => parseAddConfig("a=1,b"), JavaException, "requirement failed");
  assertThrows(() => parseAddConfig("a=1=2"), JavaException, "requirement failed");
});

Deno.test("loggers that are not there, and names that cannot be, are refused", async () => {
  await using tools = await startTools();
  const run = (...args: string[]) =>
    tools.run("configs", "--bootstrap-server", tools.bootstrap, "--alter", ...args);
  assertEquals(
    (await run("--broker-logger", "0", "--add-config", "no.such=INFO")).stderr,
    [
      "Invalid broker logger(s): no.such\n",
    ][0],
  );
  assertEquals(
    (await run("--topic", "t", "--add-config", "a b=1")).stderr,
    [
      "Invalid character found for config key: a b\n",
    ][0],
  );
});
