import { assertEquals, assertThrows } from "@std/assert";
import {
  connectionOverrides,
  logDirectories,
  retentionTime,
  validateBrokerConfig,
} from "../../../cluster/config/validate_broker_config.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { COMBINED, ONLY_NODE, parse, type Texts } from "./broker_properties.ts";

const validate = (more: Texts) => {
  const { values, listeners } = parse({ ...ONLY_NODE, ...more });
  validateBrokerConfig(values, listeners);
};

Deno.test("the defaults go together", () => {
  validate({});
  validate(COMBINED);
});

const REFUSED: readonly (readonly [Texts, string])[] = [
  [{ "broker.id": "2" }, "You must set `node.id` to the same value as `broker.id`."],
  [{ "log.roll.ms": "0" }, "requirement failed: log.roll.ms must be greater than or equal to 1"],
  [
    { "log.roll.jitter.ms": "-1" },
    "requirement failed: log.roll.jitter.ms must be greater than or equal to 0",
  ],
  [
    { "log.retention.hours": "0" },
    "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
  ],
  [
    { "log.cleaner.threads": "128" },
    "requirement failed: log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
  ],
  [
    { "replica.fetch.wait.max.ms": "30001" },
    "requirement failed: replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent " +
    "unnecessary socket timeouts",
  ],
  [
    { "replica.lag.time.max.ms": "100" },
    "requirement failed: replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms " +
    "to prevent frequent changes in ISR",
  ],
  [
    { "listeners": "PLAINTEXT://0.0.0.0:9092" },
    "requirement failed: advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP " +
    "address.",
  ],
  [
    { "queued.max.request.bytes": "1000" },
    "requirement failed: queued.max.request.bytes must be larger or equal to socket.request.max.bytes",
  ],
  [
    { "max.connections.per.ip": "0" },
    "requirement failed: max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides " +
    "property is set.",
  ],
  [
    { "max.connections.per.ip.overrides": "a b:5" },
    "max.connections.per.ip.overrides contains invalid addresses : a b",
  ],
  [
    { "max.connections.per.ip.overrides": "host:many" },
    "Invalid value many for configuration max.connections.per.ip.overrides: Not a number of type INT",
  ],
  [
    { "connections.max.idle.ms": "100" },
    "requirement failed: connection.failed.authentication.delay.ms=100 should always be less than " +
    "connections.max.idle.ms=100 to prevent failed authentication responses from timing out",
  ],
  [
    { "cordoned.log.dirs": "*,./data" },
    "requirement failed: When cordoned.log.dirs is set to *, it must not contain other values",
  ],
  [
    { "cordoned.log.dirs": "/elsewhere" },
    "requirement failed: All entries in cordoned.log.dirs must be present in log.dirs or log.dir. Missing entries : " +
    "/elsewhere",
  ],
  [
    { "early.start.listeners": "OTHER" },
    "early.start.listeners contains listener OTHER, but this is not contained in listeners or " +
    "controller.listener.names",
  ],
  [
    {
      "listeners": "SASL_PLAINTEXT://localhost:9092",
      "security.inter.broker.protocol": "SASL_PLAINTEXT",
      "sasl.enabled.mechanisms": "PLAIN",
    },
    "requirement failed: sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL " +
    "is used for inter-broker communication",
  ],
];

for (const [more, message] of REFUSED) {
  Deno.test(`refused: ${JSON.stringify(more)}`, () => {
    const { message: told } = assertThrows(() => validate(more), InvalidConfigError);
    assertEquals(told, message);
  });
}

Deno.test("log directories, retention and overrides are found under each of their names", () => {
  assertEquals(logDirectories(parse(ONLY_NODE).values), ["./data"]);
  const { values } = parse({
    ...COMBINED,
    "log.dir": "/one",
    "log.retention.minutes": "2",
    "max.connections.per.ip.overrides": "::1:3, host:4",
  });
  assertEquals(logDirectories(values), ["/one"]);
  assertEquals(retentionTime(values), 120_000);
  assertEquals(retentionTime(parse(COMBINED).values), 168 * 3_600_000);
  assertEquals(connectionOverrides(values), new Map([["::1", 3], ["host", 4]]));
});
