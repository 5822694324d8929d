import { assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError } from "../../../../storage/errors.ts";
import { parseLogConfig } from "../../../../storage/log/config/log_config.ts";
import {
  topicConfigName,
  topicConfigOptionName,
  type TopicConfigOptions,
  topicConfigTexts,
} from "../../../../storage/log/config/topic_config_options.ts";
import { TOPIC_CONFIGS } from "../../../../storage/log/config/topic_configs.ts";

Deno.test("every config of the table can be reached by an option of its own", () => {
  const options = new Set<string>();
  for (const { name } of TOPIC_CONFIGS) {
    const option = topicConfigOptionName(name);
    assertEquals(topicConfigName(option), name);
    options.add(option);
  }
  assertEquals(options.size, TOPIC_CONFIGS.length);
});

Deno.test("options become texts and are parsed as texts are", () => {
  const options: TopicConfigOptions = {
    cleanupPolicy: ["compact", "delete"],
    segmentBytes: 2 ** 20,
    retentionMs: 9223372036854775807n,
    minCleanableDirtyRatio: 0.1,
    preallocate: true,
    futureTimestampUsesFileTime: true,
    compressionType: undefined,
  };
  const config = parseLogConfig(topicConfigTexts(options));
  assertEquals([config.compact, config.delete], [true, true]);
  assertEquals(config.segmentSize, 2 ** 20);
  assertEquals(config.retentionMs, Number.MAX_SAFE_INTEGER);
  assertEquals(config.minCleanableRatio, 0.1);
  assertEquals([config.preallocate, config.futureTimestampUsesFileTime], [true, true]);
  assertEquals(config.originals.get("retention.ms"), "9223372036854775807");
});

Deno.test("an option that stands for no config is refused", () => {
  assertThrows(
    () => topicConfigTexts({ segmentByte: 1 } as TopicConfigOptions),
    InvalidConfigError,
    "Unknown topic config name: segmentByte",
  );
});
