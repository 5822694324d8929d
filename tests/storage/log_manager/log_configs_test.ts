import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { LogConfigs } from "../../../storage/log_manager/log_configs.ts";

Deno.test("a topic's own configs win over the broker's, those over the defaults", () => {
  const configs = new LogConfigs(
    { "log.retention.ms": "5", "message.max.bytes": "7" },
    (topic) => topic === "own" ? { "retention.ms": "9" } : undefined,
  );
  assertEquals([configs.of("own").retentionMs, configs.of("own").maxMessageSize], [9, 7]);
  assertEquals([configs.of("other").retentionMs, configs.of("other").segmentMs], [5, 604800000]);
  assertStrictEquals(configs.of("other"), configs.defaults);
});

Deno.test("what is set for a topic replaces what it had; when it is not valid it keeps that", () => {
  const configs = new LogConfigs({}, () => ({ "retention.ms": "9" }));
  assertEquals(configs.set("a", { "max.message.bytes": "7" }).retentionMs, 604800000);
  assertEquals([configs.of("a").maxMessageSize, configs.of("b").retentionMs], [7, 9]);
  assertThrows(() => configs.set("a", { "max.message.bytes": "x" }), InvalidConfigError);
  assertEquals(configs.of("a").maxMessageSize, 7);
});

Deno.test("a topic that has none of its own any more has the defaults, whatever it had before", () => {
  const configs = new LogConfigs(
    { "log.retention.ms": "5" },
    (topic) => topic === "own" ? { "retention.ms": "9" } : undefined,
  );
  for (const topic of ["own", "other"]) {
    configs.set(topic, { "retention.ms": "7" });
    assertEquals(configs.set(topic, {}).retentionMs, 5);
    assertEquals(configs.of(topic).retentionMs, 5);
  }
  assertStrictEquals(configs.of("other"), configs.defaults);
});

Deno.test("other properties are in force once they are applied, and all or none", () => {
  const configs = new LogConfigs({ "log.retention.ms": "5" }, () => undefined);
  configs.set("a", { "max.message.bytes": "7" });
  const next = configs.prepare(
    { "log.retention.ms": "6", "log.cleaner.threads": "2", "log.retention.check.interval.ms": "8" },
    ["a", "b"],
  );
  assertEquals([configs.defaults.retentionMs, next.cleaner.numThreads], [5, 2]);
  const byTopic = next.apply();
  assertEquals([byTopic.get("a")!.retentionMs, byTopic.get("a")!.maxMessageSize], [6, 7]);
  assertEquals(byTopic.get("b")!.retentionMs, 6);
  assertEquals(configs.manager.retentionCheckMs, 8);
  assertEquals(configs.cleaner.numThreads, 2);
  assertThrows(() => configs.prepare({ "log.cleaner.threads": "-1" }, []), InvalidConfigError);
  assertEquals(configs.cleaner.numThreads, 2);
});
