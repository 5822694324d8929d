import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError } from "../../../../storage/errors.ts";
import {
  defaultConfigText,
  type LogConfig,
  overriddenConfigsAsLoggableString,
  parseLogConfig,
  randomSegmentJitter,
  validateBrokerLogConfig,
  validateTopicConfigChange,
} from "../../../../storage/log/config/log_config.ts";
import { topicConfig } from "../../../../storage/log/config/topic_configs.ts";
import { assertInvalid } from "../../../support/log_config.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

Deno.test("without overrides the defaults hold", () => {
  const config = parseLogConfig();
  assertEquals(config.segmentSize, 1024 * 1024 * 1024);
  assertEquals(config.segmentMs, 7 * DAY);
  assertEquals(config.retentionMs, 7 * DAY);
  assertEquals(config.retentionSize, -1);
  assertEquals(config.maxMessageSize, 1048588);
  assertEquals([config.compact, config.delete], [false, true]);
  assertEquals(config.compressionType, "producer");
  assertEquals(config.compression(), undefined);
  assertEquals(config.initFileSize, 0);
  assertEquals(config.futureTimestampUsesFileTime, false);
  assertEquals(config.verifyOnRead, false);
  assertEquals(config.originals.size, 0);
});

Deno.test("broker properties give the defaults, hours and minutes converted to milliseconds", () => {
  const config = parseLogConfig({}, {
    "log.roll.hours": "2",
    "log.roll.jitter.hours": "2",
    "log.retention.hours": "960",
    "log.local.retention.ms": "2592000000",
    "log.local.retention.bytes": "4294967296",
    "num.partitions": "7",
  });
  assertEquals(config.segmentMs, 2 * HOUR);
  assertEquals(config.segmentJitterMs, 2 * HOUR);
  assertEquals(config.retentionMs, 40 * DAY);
  assertEquals(config.localRetentionMs, 30 * DAY);
  assertEquals(config.localRetentionBytes, 4 * 1024 ** 3);
});

Deno.test("the finer synonym wins over the coarser, and the topic's own value over both", () => {
  const broker = {
    "log.retention.hours": "1",
    "log.retention.minutes": "3",
    "log.retention.ms": "5",
  };
  assertEquals(parseLogConfig({}, broker).retentionMs, 5);
  assertEquals(
    parseLogConfig({}, { "log.retention.hours": "1", "log.retention.minutes": "3" }).retentionMs,
    180_000,
  );
  assertEquals(parseLogConfig({ "retention.ms": "9" }, broker).retentionMs, 9);
  const flush = topicConfig("flush.ms")!;
  assertEquals(defaultConfigText(flush, { "log.flush.scheduler.interval.ms": "3000" }), "3000");
});

Deno.test("a negative retention of the broker is no limit, zero is refused", () => {
  assertEquals(parseLogConfig({}, { "log.retention.hours": "-1" }).retentionMs, -1);
  assertEquals(parseLogConfig({}, { "log.retention.ms": "-5" }).retentionMs, -1);
  assertInvalid(
    {},
    "log.retention.minutes must be unlimited (-1) or, greater than or equal to 1: 0",
    { "log.retention.minutes": "0" },
  );
  assertInvalid({}, "Invalid value x for configuration log.roll.hours: Not a number of type INT", {
    "log.roll.hours": "x",
  });
  assertInvalid(
    {},
    "Invalid value 0 for configuration log.segment.bytes: Value must be at least 1048576",
    { "log.segment.bytes": "0" },
  );
  assertInvalid(
    {},
    "Invalid value 0 for configuration log.roll.hours: segment.ms would be 0",
    { "log.roll.hours": "0" },
  );
});

Deno.test("the largest long is taken as no limit that a number can hold", () => {
  const config = parseLogConfig({ "retention.ms": "9223372036854775807" });
  assertEquals(config.retentionMs, Number.MAX_SAFE_INTEGER);
  assertEquals(config.flushMs, Number.MAX_SAFE_INTEGER);
  assertEquals(config.originals.get("retention.ms"), "9223372036854775807");
});

Deno.test("an empty cleanup policy neither deletes nor compacts, doubled words count once", () => {
  const none = parseLogConfig({ "cleanup.policy": "" });
  assertEquals([none.compact, none.delete], [false, false]);
  const config = parseLogConfig({ "cleanup.policy": "delete,delete,delete" });
  assertEquals([config.compact, config.delete], [false, true]);
});

Deno.test("a compaction lag above its maximum is a conflict", () => {
  assertInvalid(
    { "max.compaction.lag.ms": "100", "min.compaction.lag.ms": "200" },
    "conflict topic config setting min.compaction.lag.ms (200) > max.compaction.lag.ms (100)",
  );
});

Deno.test("the loggable overrides redact what is no known config", () => {
  assertEquals(
    overriddenConfigsAsLoggableString({
      "min.insync.replicas": "2",
      "retention.bytes": "100",
      "ssl.truststore.password": "sometrustpasswrd",
      "unknown.topic.password.config": "bbbb",
    }),
    "{min.insync.replicas=2, retention.bytes=100, ssl.truststore.password=(redacted), " +
      "unknown.topic.password.config=(redacted)}",
  );
});

Deno.test("local retention follows the total one unless it is set", () => {
  const derived = parseLogConfig({ "retention.bytes": "1024", "retention.ms": "1000" });
  assertEquals([derived.localRetentionBytes, derived.localRetentionMs], [1024, 1000]);
  const byDefault = parseLogConfig();
  assertEquals([byDefault.localRetentionBytes, byDefault.localRetentionMs], [-1, 7 * DAY]);
  const own = parseLogConfig({
    "retention.bytes": "2000",
    "retention.ms": "1000",
    "local.retention.ms": "500",
    "local.retention.bytes": "1000",
  });
  assertEquals([own.localRetentionBytes, own.localRetentionMs], [1000, 500]);
});

Deno.test("with tiered storage the local limits lie within the total ones", () => {
  const change = (localMs: number, localBytes: number, bytes: number, ms: number) =>
    validateTopicConfigChange(
      {},
      {
        "remote.storage.enable": "true",
        "retention.bytes": String(bytes),
        "retention.ms": String(ms),
        "local.retention.ms": String(localMs),
        "local.retention.bytes": String(localBytes),
      },
      {},
      true,
    );
  change(500, 2, 100, 1000);
  for (
    const [localMs, localBytes, bytes, ms] of [
      [-3, 10, 2, 500],
      [500, -3, 2, 1000],
      [2000, 2, 100, 1000],
      [500, 200, 100, 1000],
      [-1, 200, 100, 1000],
      [2000, -1, 100, 1000],
    ] as const
  ) {
    assertThrows(() => change(localMs, localBytes, bytes, ms), InvalidConfigError);
  }
});

Deno.test("the broker's local limits count for a topic with tiered storage", () => {
  const broker = { "log.retention.ms": "1000", "log.local.retention.ms": "900" };
  const topic = (enabled: string) =>
    validateTopicConfigChange(
      {},
      { "remote.storage.enable": enabled, "retention.ms": "500" },
      broker,
      true,
    );
  topic("false");
  assertThrows(() => topic("true"), InvalidConfigError, "local.retention.ms");
  const sizes = { "log.retention.bytes": "1024", "log.local.retention.bytes": "2048" };
  validateBrokerLogConfig(sizes, false);
  assertThrows(
    () => validateBrokerLogConfig(sizes, true),
    InvalidConfigError,
    "local.retention.bytes",
  );
});

Deno.test("tiered storage takes no compacted topic", () => {
  const validate = (policy: string) =>
    validateTopicConfigChange(
      {},
      { "cleanup.policy": policy, "remote.storage.enable": "true" },
      {},
      true,
    );
  for (const policy of ["delete", "delete,delete,delete", ""]) validate(policy);
  for (const policy of ["compact", "delete,compact", "compact,delete"]) {
    assertThrows(
      () => validate(policy),
      InvalidConfigError,
      "only supports topics with cleanup.policy=delete",
    );
  }
});

Deno.test("a topic turns tiered storage on only where the broker has it", () => {
  const overrides = { "remote.storage.enable": "true" };
  assert(validateTopicConfigChange({}, overrides, {}, true).remoteStorageEnable);
  assertThrows(
    () => validateTopicConfigChange({}, overrides, {}, false),
    InvalidConfigError,
    "Tiered Storage functionality is disabled in the broker",
  );
});

Deno.test("a topic turns tiered storage off only together with its remote data", () => {
  const existing = { "remote.storage.enable": "true" };
  const off = { "remote.storage.enable": "false" };
  assertThrows(
    () => validateTopicConfigChange(existing, off, {}, true),
    InvalidConfigError,
    "It is invalid to disable remote storage without deleting remote data.",
  );
  validateTopicConfigChange(
    existing,
    { ...off, "remote.log.delete.on.disable": "true" },
    {},
    true,
  );
  validateTopicConfigChange(off, off, {}, true);
});

Deno.test("without copying to the remote tier local and total retention are the same", () => {
  for (const value of ["true", "false"]) parseLogConfig({ "remote.log.copy.disable": value });
  assertThrows(
    () =>
      parseLogConfig({
        "remote.storage.enable": "true",
        "remote.log.copy.disable": "true",
        "retention.ms": "10",
        "local.retention.ms": "5",
      }),
    InvalidConfigError,
    "`local.retention.ms` and `retention.ms` must be set to the identical value",
  );
});

Deno.test("the codec of the log has the level that its config gives", () => {
  const compression = (overrides: Record<string, string>) =>
    parseLogConfig(overrides).compression();
  assertEquals(compression({ "compression.type": "uncompressed" }), { type: "none" });
  assertEquals(compression({ "compression.type": "snappy" }), { type: "snappy" });
  assertEquals(compression({ "compression.type": "gzip" }), { type: "gzip", level: -1 });
  assertEquals(compression({ "compression.type": "zstd", "compression.zstd.level": "-7" }), {
    type: "zstd",
    level: -7,
  });
});

Deno.test("values that follow from several configs", () => {
  const config: LogConfig = parseLogConfig({
    "cleanup.policy": "compact",
    "segment.ms": "1000",
    "max.compaction.lag.ms": "300",
    "preallocate": "true",
    "segment.bytes": "1048576",
    "internal.segment.bytes": "100",
  });
  assertEquals(config.maxSegmentMs, 300);
  assertEquals(config.segmentSize, 100);
  assertEquals(config.initFileSize, 100);
  assertEquals(parseLogConfig({ "max.compaction.lag.ms": "300" }).maxSegmentMs, 7 * DAY);
});

Deno.test("the jitter of a segment lies between 0 and its limit", () => {
  const random = { next: () => 0.999, bytes: (length: number) => new Uint8Array(length) };
  assertEquals(randomSegmentJitter(parseLogConfig(), random), 0);
  assertEquals(randomSegmentJitter(parseLogConfig({ "segment.jitter.ms": "100" }), random), 99);
  assertEquals(
    randomSegmentJitter(parseLogConfig({ "segment.jitter.ms": "100", "segment.ms": "10" }), random),
    9,
  );
});
