import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseCleanerConfig } from "../../../storage/cleaner/cleaner_config.ts";
import { LogCleanerManager } from "../../../storage/cleaner/log_cleaner_manager.ts";
import { topicPartitionKey } from "../../../storage/file/file_names.ts";
import { PartitionLog } from "../../../storage/log/partition_log.ts";
import { append } from "../../support/compacted_log.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { logConfig } from "../../support/partition_log.ts";

const NOW = 1_700_000_000_000;
const config = parseCleanerConfig();

interface World {
  env: ManualEnv;
  logs: Map<string, PartitionLog>;
  manager: LogCleanerManager;
  add(topic: string, records: number, configs?: Record<string, string>): PartitionLog;
  close(): void;
}

/** Logs whose records are batches of one size, in segments of ten. */
function world(): World {
  const env = manualEnv({ now: NOW });
  const logs = new Map<string, PartitionLog>();
  for (const directory of ["/one", "/two"]) env.fileSystem.makeDirectory(directory);
  const manager = new LogCleanerManager({ env, logs, logDirectories: ["/one", "/two"] });
  const add = (topic: string, records: number, configs: Record<string, string> = {}) => {
    const topicPartition = { topic, partition: 0 };
    const log = PartitionLog.open({
      env,
      directory: `/one/${topic}-0`,
      topicPartition,
      config: logConfig({ "cleanup.policy": "compact", "retention.ms": "-1", ...configs }),
      hadCleanShutdown: true,
    });
    for (let i = 0; i < records; i++) {
      append(log, `${i % 10}`, "value", NOW);
      if (i % 10 === 9) log.roll();
    }
    log.updateHighWatermark(log.logEndOffset);
    logs.set(topicPartitionKey(topicPartition), log);
    return log;
  };
  return { env, logs, manager, add, close: () => logs.forEach((log) => log.close()) };
}

function grab(world: World, now = NOW): string | undefined {
  const { cleanable } = world.manager.grabFilthiestCompactedLog(now, config);
  return cleanable?.topicPartition.topic;
}

Deno.test("the log with the largest dirty ratio is grabbed, then the next", () => {
  const w = world();
  for (const [topic, clean] of [["a", 20], ["b", 10], ["c", 5]] as const) {
    const log = w.add(topic, 40);
    w.manager.checkpoints.update("/one", log.topicPartition, clean);
  }
  // Dirty: half of a, three quarters of b, all of c.
  assertEquals([grab(w), grab(w), grab(w)], ["c", "b", undefined]);
  assertEquals(w.manager.dirtiestLogCleanableRatio, 0.5);
  assertEquals(w.manager.states.inProgress, ["c-0", "b-0"]);
  assertEquals(w.manager.timeOfLastRun, NOW);
  w.close();
});

Deno.test("logs in progress, paused, left alone or without compaction are not grabbed", async () => {
  const w = world();
  w.add("running", 40);
  w.add("paused", 40);
  const failed = w.add("failed", 40);
  w.add("deleting", 40, { "cleanup.policy": "delete" });
  w.manager.states.begin("running-0");
  await w.manager.states.abortAndPause("paused-0");
  w.manager.markPartitionUncleanable(failed, new Error("no"), NOW, config);
  assertEquals(grab(w), undefined);
  assertEquals(grab(w, NOW + config.retryBackoffMs - 1), undefined);
  assertEquals(grab(w, NOW + config.retryBackoffMs), "failed");
  w.close();
});

Deno.test("a log that cannot be measured is left alone, and the others are not", () => {
  const w = world();
  w.add("fine", 40);
  const broken = w.add("broken", 40, { "max.compaction.lag.ms": "1" });
  Object.defineProperty(broken.segments.firstSegment!, "getFirstBatchTimestamp", {
    value: () => {
      throw new Error("unreadable");
    },
  });
  assertEquals(grab(w), "fine");
  assertEquals(w.manager.failures.get("broken-0")!.error.message, "unreadable");
  assertEquals(w.env.logger.matching("Failed to clean log", "warn").length, 1);
  w.close();
});

Deno.test("a log below its min.cleanable.dirty.ratio waits, unless max.compaction.lag.ms has passed", () => {
  const w = world();
  const log = w.add("a", 40, { "min.cleanable.dirty.ratio": "0.5" });
  w.manager.checkpoints.update("/one", log.topicPartition, 30);
  assertEquals(grab(w), undefined);
  log.updateConfig(logConfig({ "cleanup.policy": "compact", "max.compaction.lag.ms": "1000" }));
  assertEquals(grab(w, NOW + 1000), undefined);
  const grabbed = w.manager.grabFilthiestCompactedLog(NOW + 1500, config);
  assertEquals(grabbed.cleanable?.needCompactionNow, true);
  assertEquals(
    [grabbed.delayedPartitions, grabbed.maxCompactionDelayMs, grabbed.cleanablePartitions],
    [1, 500, 1],
  );
  w.close();
});

Deno.test("an empty log is not grabbed", () => {
  const w = world();
  w.add("empty", 0, { "min.cleanable.dirty.ratio": "0" });
  assertEquals(grab(w), undefined);
  w.close();
});

Deno.test("a checkpoint that cannot be right is put right, grabbed or not", () => {
  const w = world();
  const beyond = w.add("beyond", 40);
  w.manager.checkpoints.update("/one", beyond.topicPartition, 1000);
  const below = w.add("below", 40, { "min.cleanable.dirty.ratio": "1" });
  below.maybeIncrementLogStartOffset(25);
  w.manager.checkpoints.update("/one", below.topicPartition, 5);
  assertEquals(grab(w), "beyond");
  assertEquals(w.manager.checkpoints.get("/one", beyond.topicPartition), 0);
  assertEquals(w.manager.checkpoints.get("/one", below.topicPartition), 25);
  assertEquals(w.env.logger.matching("Resetting first dirty offset", "warn").length, 2);
  w.close();
});

Deno.test("old segments are looked for in compacted logs that nobody works on", () => {
  const w = world();
  w.add("compact", 10);
  w.add("both", 10, { "cleanup.policy": "compact,delete" });
  w.add("delete", 10, { "cleanup.policy": "delete" });
  const failed = w.add("failed", 10);
  w.manager.markPartitionUncleanable(failed, "no error object", NOW, config);
  w.add("running", 10);
  w.manager.states.begin("running-0");
  const deletable = w.manager.deletableLogs(NOW);
  assertEquals(deletable.map((log) => log.topicPartition.topic), ["compact", "both"]);
  assertEquals(w.manager.deletableLogs(NOW), []);
  w.manager.doneDeleting(deletable);
  assertEquals(w.manager.states.get("compact-0"), "none");
  assertThrows(() => w.manager.doneDeleting(deletable), Error, "should exist");
  w.close();
});

Deno.test("a log that is deleted from becomes paused when that was asked for meanwhile", async () => {
  const w = world();
  const log = w.add("a", 10);
  w.manager.deletableLogs(NOW);
  const pausing = w.manager.states.abortAndPause("a-0");
  w.manager.doneDeleting([log]);
  await pausing;
  assertEquals(w.manager.states.get("a-0"), "paused");
  w.close();
});

Deno.test("retention pauses logs without compaction, so that none becomes compacted under it", () => {
  const w = world();
  w.add("compact", 10);
  const log = w.add("delete", 10, { "cleanup.policy": "delete" });
  const paused = w.manager.pauseCleaningForNonCompactedPartitions();
  assertEquals(paused, [log]);
  assertEquals(w.manager.pauseCleaningForNonCompactedPartitions(), []);
  log.updateConfig(logConfig({ "cleanup.policy": "compact" }));
  assertEquals(w.manager.deletableLogs(NOW).length, 1);
  w.manager.states.resume("delete-0");
  assertEquals(w.manager.deletableLogs(NOW), [log]);
  w.close();
});

Deno.test("what was cleaned is checkpointed, unless the cleaning was aborted", async () => {
  const w = world();
  const log = w.add("a", 40);
  w.manager.states.begin("a-0");
  w.manager.doneCleaning(log, 20);
  assertEquals(w.manager.checkpoints.get("/one", log.topicPartition), 20);
  w.manager.states.begin("a-0");
  const pausing = w.manager.states.abortAndPause("a-0");
  w.manager.doneCleaning(log, 30);
  await pausing;
  assertEquals(w.manager.checkpoints.get("/one", log.topicPartition), 20);
  assertThrows(() => w.manager.doneCleaning(log, 30), Error, "paused");
  w.close();
});

Deno.test("a truncation lowers the checkpoint of a compacted log", () => {
  const w = world();
  const log = w.add("a", 40);
  const other = w.add("b", 40, { "cleanup.policy": "delete" });
  for (const each of [log, other]) {
    w.manager.checkpoints.update("/one", each.topicPartition, 30);
    w.manager.maybeTruncateCheckpoint("/one", each.topicPartition, 15);
  }
  assertEquals(w.manager.checkpoints.get("/one", log.topicPartition), 15);
  assertEquals(w.manager.checkpoints.get("/one", other.topicPartition), 30);
  w.close();
});

Deno.test("checkpoint and failure follow a log to another directory", () => {
  const w = world();
  const log = w.add("a", 40);
  w.manager.checkpoints.update("/one", log.topicPartition, 10);
  w.manager.markPartitionUncleanable(log, new Error("no"), NOW, config);
  w.manager.alterCheckpointDir(log.topicPartition, "/one", "/two");
  assertEquals(w.manager.checkpoints.get("/two", log.topicPartition), 10);
  assertEquals(w.manager.failures.in("/two"), ["a-0"]);
  w.close();
});

Deno.test("bytes that wait in logs whose cleaning failed can be seen, until the logs are gone", () => {
  const w = world();
  const log = w.add("a", 40);
  assertEquals(w.manager.uncleanableBytes("/one", NOW), 0);
  w.manager.markPartitionUncleanable(log, new Error("no"), NOW, config);
  assertEquals(w.manager.uncleanableBytes("/one", NOW), log.size - log.activeSegment.size);
  assert(w.manager.uncleanableBytes("/one", NOW) > 0);
  w.logs.delete("a-0");
  w.manager.maintainUncleanablePartitions();
  assertEquals([w.manager.uncleanableBytes("/one", NOW), w.manager.failures.get("a-0")], [
    0,
    undefined,
  ]);
  log.close();
});
