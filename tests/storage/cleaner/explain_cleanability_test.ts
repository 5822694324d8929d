import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type CompactionReason,
  explainCleanability,
  type ExplainedLog,
  type ExplainOptions,
} from "../../../storage/cleaner/explain_cleanability.ts";
import { append, cleanFrom, openCompactedLog, testCleaner } from "../../support/compacted_log.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { logConfig } from "../../support/partition_log.ts";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;

interface LogOptions {
  configs?: Record<string, string>;
  times?: number[];
  highWatermark?: number;
  lastStableOffset?: number;
  logStartOffset?: number;
}

/** A log of segments of ten offsets and 100 bytes. */
function logOf(options: LogOptions = {}): ExplainedLog {
  const times = options.times ?? [NOW, NOW, NOW, NOW];
  const logEndOffset = times.length * 10;
  const segments = times.map((time, i) => ({
    baseOffset: i * 10,
    size: 100,
    largestTimestamp: time,
    maxTimestampSoFar: time,
    lastModified: time,
    getFirstBatchTimestamp: () => time,
  }));
  const highWatermark = options.highWatermark ?? logEndOffset;
  return {
    topicPartition: { topic: "t", partition: 0 },
    config: logConfig({ "cleanup.policy": "compact", ...options.configs }),
    logStartOffset: options.logStartOffset ?? 0,
    logEndOffset,
    highWatermark,
    lastStableOffset: options.lastStableOffset ?? highWatermark,
    segments: { values: () => segments },
  };
}

function check(
  reason: CompactionReason,
  words: string,
  options: LogOptions,
  explain: Partial<ExplainOptions> = {},
): ReturnType<typeof explainCleanability> {
  const explanation = explainCleanability(logOf(options), { now: NOW, ...explain });
  assertEquals(explanation.compaction.reason, reason);
  assertStringIncludes(explanation.text, words);
  assert(!explanation.text.includes("\n"));
  return explanation;
}

Deno.test("each reason for compacting now, or not, is told with its values", () => {
  const { compaction } = check(
    "dirty ratio reached",
    "t-0: is compacted now, 300 of 300 bytes",
    {},
  );
  assertEquals([compaction.now, compaction.cleanableRatio, compaction.uncleanableBytes], [
    true,
    1,
    100,
  ]);
  check("not compacted", "cleanup.policy does not have compact", {
    configs: { "cleanup.policy": "delete" },
  });
  const low = check("dirty ratio too low", "100 of 300 bytes are dirty, ratio 0.333 against", {}, {
    lastCleanOffset: 20,
  });
  assertEquals(low.compaction.now, false);
  check("active segment", "100 dirty bytes are in the active segment", {}, { lastCleanOffset: 30 });
  check("last stable offset", "a transaction is open since offset 5", { lastStableOffset: 5 });
  check("last stable offset", "from the high watermark 3 on are not replicated", {
    highWatermark: 3,
  });
  const lag = check("min.compaction.lag.ms", "the segment at 0 has a record younger", {
    configs: { "min.compaction.lag.ms": String(HOUR) },
  });
  assertEquals(lag.compaction.changesAtMs, NOW + HOUR);
  const late = check("max.compaction.lag.ms passed", `waited ${4 * HOUR} ms longer`, {
    configs: { "max.compaction.lag.ms": String(HOUR) },
    times: [NOW, NOW - 9 * HOUR, NOW - 5 * HOUR, NOW],
  }, { lastCleanOffset: 20 });
  assertEquals(late.compaction.now, true);
});

Deno.test("what the cleaner is doing with the log comes first", () => {
  check("in progress", "worked on at this moment", {}, { status: { state: "in_progress" } });
  check("paused", "paused while", {}, { status: { state: "paused" } });
  const failure = {
    state: "uncleanable",
    lastError: new Error("Record is corrupt"),
    retries: 3,
    nextAttemptMs: NOW + 5000,
  } as const;
  const waiting = check(
    "waiting after a failure",
    "attempt 3 failed and the next one comes in 5000",
    {},
    { status: failure },
  );
  assertStringIncludes(waiting.text, "Record is corrupt");
  assertEquals(waiting.compaction.changesAtMs, NOW + 5000);
  check("dirty ratio reached", "is compacted now", {}, {
    status: { ...failure, nextAttemptMs: NOW },
  });
});

Deno.test("each reason for deleting segments, or not, is told with its values", () => {
  const deletion = (options: LogOptions, now = NOW) => {
    const explanation = explainCleanability(
      logOf({ ...options, configs: { "cleanup.policy": "delete", ...options.configs } }),
      { now },
    );
    assertStringIncludes(explanation.text, explanation.deletion.text);
    return explanation.deletion;
  };
  const old = [NOW - 9 * HOUR, NOW - 8 * HOUR, NOW, NOW];
  const byTime = deletion({ times: old, configs: { "retention.ms": String(HOUR) } });
  assertEquals([byTime.now, byTime.segments.map((each) => each.baseOffset)], [true, [0, 10]]);
  assertEquals(byTime.text, "2 by time");
  assertEquals(
    deletion({ configs: { "retention.bytes": "150" }, logStartOffset: 12 }).text,
    "1 by log start offset, 1 by size",
  );
  const young = deletion({ configs: { "retention.ms": String(HOUR), "retention.bytes": "1000" } });
  assertStringIncludes(young.text, `0 ms old of retention.ms ${HOUR}`);
  assertStringIncludes(young.text, "300 bytes would be left, less than retention.bytes 1000");
  assertEquals(young.changesAtMs, NOW + HOUR + 1);
  const unlimited = deletion({ configs: { "retention.ms": "-1" } });
  assertEquals(unlimited.text, "retention.ms has no limit, retention.bytes has no limit");
  assertStringIncludes(
    deletion({ times: [NOW + HOUR, NOW, NOW] }).text,
    "future timestamp",
  );
  assertStringIncludes(deletion({ highWatermark: 5 }).text, "high watermark 5 lies in the first");
  assertStringIncludes(
    deletion({ configs: { "cleanup.policy": "compact" } }).text,
    "cleanup.policy does not have delete",
  );
});

Deno.test("a real log is explained before and after its cleaning", async () => {
  const env = manualEnv({ now: NOW });
  const log = openCompactedLog(env);
  const fresh = explainCleanability(log, { now: NOW });
  assertEquals(fresh.compaction.reason, "nothing to clean");
  assertStringIncludes(fresh.deletion.text, "cleanup.policy does not have delete");
  for (let i = 0; i < 100; i++) append(log, i % 5, i);
  log.updateHighWatermark(log.logEndOffset);
  assertEquals(explainCleanability(log, { now: NOW }).compaction.reason, "dirty ratio reached");
  const { endOffset } = await cleanFrom(testCleaner(env), log, 0);
  const after = explainCleanability(log, { now: NOW, lastCleanOffset: endOffset });
  assertEquals(after.compaction.reason, "active segment");
  log.close();
});
