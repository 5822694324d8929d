import { assertEquals, assertThrows } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { configsCall, isBrokerId } from "../../../client/cli/configs_entities.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";

const call = (...args: string[]) => configsCall(["--bootstrap-server", "a:1", ...args]);

Deno.test("entities are named by type and name, or by one option for both", () => {
  const named = call(
    ...["--describe", "--entity-type", "users", "--entity-default", "--entity-type", "clients"],
    ...["--entity-name", "app"],
  );
  assertEquals([named.types, named.names], [["users", "clients"], ["", "app"]]);
  const short = call("--describe", "--broker-defaults");
  assertEquals([short.types, short.names], [["brokers"], [""]]);
  assertEquals(["0", "x", "1.5"].map(isBrokerId), [true, false, false]);
});

Deno.test("entities that make no sense are refused in Kafka's words", () => {
  const refusals: readonly (readonly [string, string])[] = [
    ["--describe --topic a --topic b", "Found multiple arguments"],
    ["--describe --entity-type topics --entity-type topics", "Duplicate entity type(s)"],
    ["--describe", "At least one entity type must be specified"],
    ["--describe --topic a --group b", "Only 'users' and 'clients' entity types"],
    ["--describe --topic a --entity-name b", "should not be used in conjunction"],
    ["--describe --topic a --bootstrap-controller b:1", "Only one of --bootstrap-server"],
    ["--describe --broker x", "must be a valid integer broker id, but it is: x"],
    ["--describe --entity-type topics --entity-default", "--entity-default must not be specified"],
    ["--describe --entity-type broker-loggers", "An entity name must be specified with --describe"],
    ["--alter --entity-type users --add-config a=1", "An entity-name or default entity"],
    [
      "--alter --entity-type topics --add-config a=1",
      "An entity name must be specified with --alter",
    ],
    ["--alter --topic t --add-config a=1 --add-config-file f", "Only one of --add-config or"],
    ["--alter --topic t", "At least one of --add-config"],
  ];
  for (const [line, message] of refusals) {
    assertThrows(() => call(...line.split(" ")), Error, message, line);
  }
  assertThrows(() => configsCall(["--describe", "--topic", "a"]), JavaException, "Either");
  assertThrows(() => call("--describe", "--topic", "a", "--delete-config", "b"), ToolExit);
});
