import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { consumerSettings } from "../../../client/consumer/consumer_settings.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const bootstrapServers = "localhost:9092";

function settings(given: Record<string, unknown> = {}, logger = new CollectingLogger()) {
  return consumerSettings({ bootstrapServers, ...given }, logger);
}

Deno.test("defaults are Kafka's", () => {
  const { reset, isolationLevel, maxPollRecords, apiTimeoutMs, groupId, config } = settings();
  assertEquals([reset.type, isolationLevel, maxPollRecords, apiTimeoutMs, groupId], [
    "latest",
    "read_uncommitted",
    500,
    60_000,
    null,
  ]);
  assertEquals(config.number("fetch.max.bytes"), 50 * 1024 * 1024);
  assertEquals(config.number("session.timeout.ms"), 45_000);
});

Deno.test("without a group nothing is committed by itself, and asking for it is an error", () => {
  assertEquals(settings().config.boolean("enable.auto.commit"), false);
  assertEquals(settings({ groupId: "g" }).config.boolean("enable.auto.commit"), true);
  assertThrows(
    () => settings({ "enable.auto.commit": true }),
    InvalidConfigError,
    "enable.auto.commit cannot be set to true when default group id (null) is used.",
  );
  assertEquals(settings({ enableAutoCommit: false }).config.boolean("enable.auto.commit"), false);
});

Deno.test("a group has a name", () => {
  const error = assertThrows(() => settings({ groupId: "" }), KafkaError);
  assertEquals(error.code, "INVALID_GROUP_ID");
});

Deno.test("a consumer without a client id gets one of its group and its instance", () => {
  assertMatch(settings({ groupId: "g" }).config.string("client.id")!, /^consumer-g-\d+$/);
  assertMatch(settings({ clientId: "" }).config.string("client.id")!, /^consumer-null-\d+$/);
  assertEquals(
    settings({ groupId: "g", groupInstanceId: "i" }).config.string("client.id"),
    "consumer-g-i",
  );
  assertEquals(settings({ clientId: "me" }).config.string("client.id"), "me");
  for (const [id, text] of [["..", '"."'], ["a b", "ASCII"], ["x".repeat(250), "249"]]) {
    assertThrows(() => settings({ groupInstanceId: id }), InvalidConfigError, text);
  }
});

Deno.test("the other group protocol is refused, as is what is none", () => {
  assertThrows(() => settings({ "group.protocol": "consumer" }), InvalidConfigError, "KIP-848");
  assertThrows(() => settings({ "group.protocol": "x" }), InvalidConfigError, "CLASSIC, CONSUMER");
  assertEquals(
    settings({ "group.protocol": "CLASSIC" }).config.string("group.protocol"),
    "CLASSIC",
  );
});

Deno.test("a heartbeat must come before the session is over", () => {
  assertThrows(
    () => settings({ sessionTimeoutMs: 3000 }),
    InvalidConfigError,
    "Heartbeat must be set lower than the session timeout",
  );
});

Deno.test("what has no effect is warned of", () => {
  const logger = new CollectingLogger();
  settings({ "metric.reporters": "x", receiveBufferBytes: 5 }, logger);
  const [line] = logger.matching("have no effect", "warn");
  assertEquals(line!.fields, { configs: ["receive.buffer.bytes", "metric.reporters"] });
});
