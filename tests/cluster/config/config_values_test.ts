import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigValues, isOnlyNode } from "../../../cluster/config/config_values.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

const properties = (more: Readonly<Record<string, string>> = {}) =>
  new Map(Object.entries({ ...quickStartProperties(), "broker.id": "1", ...more }));

Deno.test("what is not set has its default", () => {
  const values = new ConfigValues(properties({ "num.partitions": "3" }));
  assertEquals(values.number("num.partitions"), 3);
  assertEquals(values.number("num.io.threads"), 8);
  assertEquals(values.boolean("auto.create.topics.enable"), true);
  assertEquals(values.list("log.cleanup.policy"), ["delete"]);
  assertEquals(values.string("broker.rack"), undefined);
  assertEquals(values.optionalNumber("log.retention.ms"), undefined);
  assertEquals(values.list("advertised.listeners"), []);
  assertEquals([values.isSet("num.partitions"), values.isSet("num.io.threads")], [true, false]);
  assertEquals(values.text("log.cleaner.io.max.bytes.per.second"), "1.7976931348623157E308");
});

Deno.test("a node needs an id and roles", () => {
  for (const name of ["node.id", "process.roles"]) {
    const missing = properties();
    missing.delete(name);
    assertThrows(
      () => new ConfigValues(missing),
      InvalidConfigError,
      `Missing required configuration "${name}" which has no default value.`,
    );
  }
});

Deno.test("a node that has to find others needs a name for the controllers' listeners", () => {
  assertThrows(
    () => new ConfigValues(properties({ "controller.quorum.voters": "1@localhost:9093" })),
    InvalidConfigError,
    'Missing required configuration "controller.listener.names" which has no default value.',
  );
  assert(isOnlyNode(properties()));
  assert(!isOnlyNode(properties({ "process.roles": "broker" })));
});

Deno.test("a listener may have values of its own", () => {
  const values = new ConfigValues(
    properties({ "listener.name.internal.max.connections": "5", "max.connections": "9" }),
  );
  assertEquals(values.forListener("INTERNAL", "max.connections"), 5);
  assertEquals(values.forListener("OTHER", "max.connections"), 9);
  assertThrows(
    () => new ConfigValues(properties({ "listener.name.internal.max.connections": "few" })),
    InvalidConfigError,
    "Invalid value few for configuration listener.name.internal.max.connections: Not a number of type INT",
  );
});

Deno.test("to ask for a config that there is not is a bug", () => {
  const values = new ConfigValues(properties());
  assertThrows(() => values.number("no.such.config"), TypeError);
  assertThrows(() => values.number("log.retention.ms"), TypeError);
});
