import { assertEquals, assertThrows } from "@std/assert";
import {
  camelCase,
  ClientConfig,
  type ClientConfigTable,
} from "../../../client/config/client_config.ts";
import { inRange } from "../../../storage/log/config/config_definition.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const about = { importance: "low", doc: "" } as const;
const TABLE: ClientConfigTable = {
  "bootstrap.servers": { type: "list", ...about },
  "batch.size": { type: "int", default: "16384", valid: inRange(0), ...about },
  "replication.factor": { type: "short", default: "-1", ...about },
  "delivery.timeout.ms": { type: "long", default: "120000", ...about },
  "key.serializer": { type: "class", default: null, ...about },
  "partition.assignment.strategy": { type: "list", default: "range", ...about },
  "enable.idempotence": { type: "boolean", default: "true", ...about },
};

function parse(properties: Record<string, unknown>): ClientConfig {
  return ClientConfig.parse(TABLE, { "bootstrap.servers": "a:1", ...properties });
}

Deno.test("names in camel case", () => {
  assertEquals(camelCase("batch.size"), "batchSize");
  assertEquals(
    camelCase("max.in.flight.requests.per.connection"),
    "maxInFlightRequestsPerConnection",
  );
});

Deno.test("what is not given has its default", () => {
  const config = parse({});
  assertEquals(config.number("batch.size"), 16_384);
  assertEquals(config.string("key.serializer"), null);
  assertEquals(config.list("partition.assignment.strategy"), ["range"]);
  assertEquals(config.boolean("enable.idempotence"), true);
});

Deno.test("values are texts or of their type, by Kafka's names or in camel case", () => {
  const byName = parse({ "batch.size": "5", "enable.idempotence": "false" });
  const inCamelCase = ClientConfig.parse(TABLE, {
    bootstrapServers: ["a:1", "b:2"],
    batchSize: 5,
    enableIdempotence: false,
    deliveryTimeoutMs: Infinity,
  });
  assertEquals(byName.number("batch.size"), 5);
  assertEquals(inCamelCase.number("batch.size"), 5);
  assertEquals(byName.boolean("enable.idempotence"), false);
  assertEquals(inCamelCase.boolean("enable.idempotence"), false);
  assertEquals(inCamelCase.list("bootstrap.servers"), ["a:1", "b:2"]);
  assertEquals(inCamelCase.number("delivery.timeout.ms"), Number.MAX_SAFE_INTEGER);
});

Deno.test("undefined is as not given", () => {
  assertEquals(parse({ batchSize: undefined }).number("batch.size"), 16_384);
});

Deno.test("a class, or a list of them, may be the thing itself", () => {
  const serializer = { serialize: () => null };
  const config = parse({ keySerializer: serializer, partitionAssignmentStrategy: [serializer] });
  assertEquals(config.thing("key.serializer"), serializer);
  assertEquals(config.string("key.serializer"), null);
  assertEquals(config.thing("partition.assignment.strategy"), [serializer]);
  assertEquals(parse({ keySerializer: "a.B" }).thing("key.serializer"), undefined);
});

Deno.test("wrong values are refused in Kafka's words", () => {
  const cases: [Record<string, unknown>, string][] = [
    [
      { "batch.size": "many" },
      "Invalid value many for configuration batch.size: Not a number of type INT",
    ],
    [{ batchSize: -1 }, "Invalid value -1 for configuration batch.size: Value must be at least 0"],
    [
      { batchSize: 1.5 },
      "Invalid value 1.5 for configuration batch.size: Not a number of type INT",
    ],
    [
      { batchSize: {} },
      "Invalid value [object Object] for configuration batch.size: Expected value of type INT",
    ],
    [
      { replicationFactor: 40_000 },
      "Invalid value 40000 for configuration replication.factor: Not a number of type SHORT",
    ],
    [{ batchSize: 1, "batch.size": 1 }, "Configuration is given twice: batch.size and batchSize"],
  ];
  for (const [properties, message] of cases) {
    assertThrows(() => parse(properties), InvalidConfigError, message);
  }
});

Deno.test("what must be given is missed", () => {
  assertThrows(
    () => ClientConfig.parse(TABLE, {}),
    InvalidConfigError,
    'Missing required configuration "bootstrap.servers" which has no default value.',
  );
});

Deno.test("names that are in no table are told", () => {
  const logger = new CollectingLogger();
  const config = ClientConfig.parse(TABLE, { bootstrapServers: "a:1", "batch.sise": 1 }, logger);
  assertEquals(config.unknown, ["batch.sise"]);
  assertEquals(logger.lines.map(({ level, fields }) => [level, fields]), [
    ["warn", { configs: ["batch.sise"] }],
  ]);
});

Deno.test("a name that the client does not have is a bug of the caller", () => {
  assertThrows(() => parse({}).number("linger.ms"), TypeError, "linger.ms");
});
