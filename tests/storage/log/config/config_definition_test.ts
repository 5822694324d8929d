import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError } from "../../../../storage/errors.ts";
import { parseLogConfig, TOPIC_CONFIGS } from "../../../../storage/log/config/log_config.ts";
import { assertInvalid } from "../../../support/log_config.ts";

Deno.test("values that are not allowed are refused in Kafka's words", () => {
  assertInvalid(
    { "max.message.bytes": "-1" },
    "Invalid value -1 for configuration max.message.bytes: Value must be at least 0",
  );
  assertInvalid(
    { "preallocate": "maybe" },
    "Invalid value maybe for configuration preallocate: Expected value to be either true or false",
  );
  assertInvalid(
    { "compression.type": "rar" },
    "Invalid value rar for configuration compression.type: " +
      "String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer",
  );
  assertInvalid(
    { "cleanup.policy": "shred" },
    "Invalid value shred for configuration cleanup.policy: String must be one of: compact, delete",
  );
  assertInvalid(
    { "segment.bytes": "-1" },
    "Invalid value -1 for configuration segment.bytes: Value must be at least 1048576",
  );
  assertInvalid(
    { "min.cleanable.dirty.ratio": "1.5" },
    "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1",
  );
  assertInvalid(
    { "retention.ms": "soon" },
    "Invalid value soon for configuration retention.ms: Not a number of type LONG",
  );
  assertInvalid(
    { "compression.gzip.level": "0" },
    "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1",
  );
  assertInvalid({ "no.such.config": "1" }, "Unknown topic config name: no.such.config");
});

Deno.test("each config refuses what is not of its type or out of its range", () => {
  const bad: Record<string, string[]> = {
    "unclean.leader.election.enable": ["not a boolean"],
    "retention.bytes": ["not_a_number", "1.5", "", "0x10", "9223372036854775808"],
    "retention.ms": ["not_a_number", "-2"],
    "cleanup.policy": ["true", "foobar", "delete,", "Compact"],
    "min.cleanable.dirty.ratio": ["not_a_number", "-0.1", "1.2", "NaN"],
    "min.insync.replicas": ["not_a_number", "0", "-1"],
    "remote.storage.enable": ["not_a_boolean"],
    "local.retention.ms": ["not_a_number", "-3"],
    "local.retention.bytes": ["not_a_number", "-3"],
    "compression.gzip.level": ["not_a_number", "-2", "10"],
    "compression.lz4.level": ["not_a_number", "-1", "0", "18"],
    "compression.zstd.level": ["not_a_number", "-0.1", "23"],
    "remote.log.copy.disable": ["not_a_number", "remove", "0"],
    "remote.log.delete.on.disable": ["not_a_number", "remove", "0"],
    "internal.segment.bytes": ["2147483648"],
  };
  for (const { name, internal } of TOPIC_CONFIGS) {
    const values = bad[name] ?? (internal ? [] : ["not_a_number", "-1"]);
    for (const value of values) {
      assertThrows(
        () => parseLogConfig({ [name]: value }),
        InvalidConfigError,
        undefined,
        `${name}=${value}`,
      );
    }
  }
});

Deno.test("throttled replicas are a star or pairs of partition and broker", () => {
  const valid = (value: string) => {
    try {
      parseLogConfig({ "leader.replication.throttled.replicas": value });
      return true;
    } catch (error) {
      assert(error instanceof InvalidConfigError);
      return false;
    }
  };
  for (
    const value of ["*", "* ", "", " ", "100:10", "100:10,12:10", "100:10,12:10,15:1  ", "100:0,"]
  ) {
    assert(valid(value), value);
  }
  for (
    const value of [
      "100",
      "100:",
      "100:0,10",
      "100:0,10:",
      "100:0,10:   ",
      "100 :0,10:   ",
      "100: 0,10:   ",
      "100:0,10 :   ",
      "*,100:10",
      "* ,100:10",
    ]
  ) {
    assert(!valid(value), value);
  }
});

Deno.test("values may have white space around them and keep their text", () => {
  const config = parseLogConfig({ "retention.ms": " +7 ", "cleanup.policy": " delete , compact " });
  assertEquals(config.retentionMs, 7);
  assert(config.compact && config.delete);
  assertEquals(config.originals.get("retention.ms"), " +7 ");
});
