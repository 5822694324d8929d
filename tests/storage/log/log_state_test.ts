import { assert, assertEquals } from "@std/assert";
import { openAppendableSegment, writeLogLine } from "../../../storage/log/log_state.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { filesIn, LOG_DIRECTORY, logConfig } from "../../support/partition_log.ts";

Deno.test("a new segment is as the configs want it", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(LOG_DIRECTORY);
  const config = logConfig({
    "preallocate": "true",
    "internal.segment.bytes": "5000",
    "segment.ms": "1000",
    "segment.jitter.ms": "900",
  });
  const segment = openAppendableSegment(env, LOG_DIRECTORY, 7, config);
  assert(filesIn(env.fileSystem).includes("00000000000000000007.log"));
  assertEquals(env.fileSystem.stat(`${LOG_DIRECTORY}/00000000000000000007.log`)!.size, 5000);
  assert(segment.rollJitterMs >= 0 && segment.rollJitterMs < 900);
  assertEquals(segment.size, 0);
});

Deno.test("log lines name the partition and its directory", () => {
  const env = manualEnv();
  const topicPartition = { topic: "events", partition: 3 };
  writeLogLine({ env, topicPartition, directory: "/data/events-3" }, "warn", "Odd", { bytes: 1 });
  assertEquals(env.logger.lines, [{
    level: "warn",
    message: "Odd",
    fields: { partition: "events-3", directory: "/data/events-3", bytes: 1 },
  }]);
});
