import { assertEquals } from "@std/assert";
import {
  DEFAULT_METADATA_LOG_CONFIG,
  metadataTopicConfig,
} from "../../../cluster/raft/metadata_log_config.ts";

Deno.test("records of the metadata log never go by age or size alone", () => {
  const config = metadataTopicConfig(DEFAULT_METADATA_LOG_CONFIG);
  assertEquals([config.retentionMs, config.retentionSize, config.compact], [-1, -1, false]);
  assertEquals([config.segmentSize, config.segmentMs], [2 ** 30, 7 * 24 * 3600 * 1000]);
  assertEquals([config.maxMessageSize, config.fileDeleteDelayMs], [8 * 1024 * 1024, 60_000]);
});

Deno.test("the internal segment size goes below the limit of the public one", () => {
  const config = { ...DEFAULT_METADATA_LOG_CONFIG, internalSegmentBytes: 1000 };
  assertEquals(metadataTopicConfig(config).segmentSize, 1000);
});
