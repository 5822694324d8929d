import { assert, assertEquals, assertRejects } from "@std/assert";
import { type CleanerConfig, parseCleanerConfig } from "../../../storage/cleaner/cleaner_config.ts";
import { LogCleaner } from "../../../storage/cleaner/log_cleaner.ts";
import {
  CorruptRecordError,
  InvalidConfigError,
  LogDirError,
  StorageError,
} from "../../../storage/errors.ts";
import { logFileName } from "../../../storage/file/file_names.ts";
import { PartitionLog } from "../../../storage/log/partition_log.ts";
import type { CompressionType } from "../../../storage/record/record_batch.ts";
import { append, entriesIn, keyed, keysIn, rollAndCommit } from "../../support/compacted_log.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { logConfig } from "../../support/partition_log.ts";

const NOW = 1_700_000_000_000;
const a = { topic: "a", partition: 0 };

interface World {
  readonly env: ManualEnv;
  readonly logs: Map<string, PartitionLog>;
  readonly cleaner: LogCleaner;
  readonly failedDirectories: string[];
  open(topic: string, configs?: Record<string, string>): PartitionLog;
  stop(): Promise<void>;
}

function world(config: Partial<CleanerConfig> = {}, sliceMs?: number): World {
  const env = manualEnv({ now: NOW });
  const logs = new Map<string, PartitionLog>();
  const failedDirectories: string[] = [];
  env.fileSystem.makeDirectory("/data");
  const cleaner = new LogCleaner({
    env,
    logs,
    logDirectories: ["/data"],
    config: {
      ...parseCleanerConfig({ "log.cleaner.dedupe.buffer.size": "1000000" }),
      backoffMs: 1000,
      retryBackoffMs: 5000,
      ...config,
    },
    onLogDirFailure: (directory) => failedDirectories.push(directory),
    ...(sliceMs === undefined ? {} : { sliceMs }),
  });
  return {
    env,
    logs,
    cleaner,
    failedDirectories,
    open(topic, configs = {}) {
      const log = PartitionLog.open({
        env,
        directory: `/data/${topic}-0`,
        topicPartition: { topic, partition: 0 },
        config: logConfig({
          "cleanup.policy": "compact",
          "internal.segment.bytes": "1024",
          ...configs,
        }),
        hadCleanShutdown: true,
      });
      logs.set(`${topic}-0`, log);
      return log;
    },
    async stop() {
      await cleaner.shutdown();
      for (const log of logs.values()) log.close();
    },
  };
}

function fill(log: PartitionLog, records: number, keys: number, timestamp = NOW): void {
  for (let i = 0; i < records; i++) append(log, i % keys, `${log.logEndOffset}`, timestamp);
  rollAndCommit(log);
}

function damage(env: ManualEnv, log: PartitionLog): () => void {
  const base = log.segments.firstSegment!.baseOffset;
  const file = env.fileSystem.open(`${log.directory}/${logFileName(base)}`);
  const byte = new Uint8Array(1);
  const flip = () => {
    file.read(70, byte, 0, 1);
    byte[0]! ^= 0xff;
    file.write(70, byte);
  };
  flip();
  return () => {
    flip();
    file.close();
  };
}

for (const type of ["none", "gzip", "snappy", "lz4", "zstd"] as CompressionType[]) {
  Deno.test(`a log is cleaned again and again while it is written to (${type})`, async () => {
    const w = world();
    const log = w.open("a", { "segment.bytes": "1048576" });
    w.cleaner.startup();
    const latest = new Map<string, string>();
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 60; i++) {
        const records = Array.from({ length: 3 }, (_, k) => {
          const key = `${(i * 7 + k * 3 + round) % 20}`;
          const value = `${round}-${i}-${k}`;
          latest.set(key, value);
          return [key, value] as const;
        });
        log.appendAsLeader(keyed(records, { compression: { type }, timestamp: NOW }), 0);
      }
      rollAndCommit(log);
      const end = log.activeSegment.baseOffset;
      const waiting = w.cleaner.awaitCleaned(a, end);
      await w.env.clock.advance(3000);
      assertEquals(await waiting, true);
      assertEquals(
        new Map(entriesIn(log).map((entry) => entry.split("=") as [string, string])),
        latest,
      );
      assertEquals(keysIn(log).length, latest.size);
    }
    await w.stop();
  });
}

Deno.test("with nothing to clean a cleaner sleeps, and looks again", async () => {
  const w = world();
  const log = w.open("a");
  w.cleaner.startup();
  w.cleaner.startup();
  assertEquals(w.cleaner.isRunning, true);
  await w.env.clock.advance(1500);
  fill(log, 40, 4);
  assertEquals(w.cleaner.status(a).lastCleanOffset, undefined);
  await w.env.clock.advance(400);
  assertEquals(w.cleaner.status(a).lastCleanOffset, undefined);
  await w.env.clock.advance(200);
  assertEquals(w.cleaner.status(a).lastCleanOffset, 40);
  assertEquals(w.cleaner.metrics.timeSinceLastRunMs, 100);
  assertEquals(await w.cleaner.awaitCleaned(a, 40), true);
  const waiting = w.cleaner.awaitCleaned(a, 41, 500);
  await w.env.clock.advance(500);
  assertEquals(await waiting, false);
  await w.stop();
  assertEquals(w.env.clock.sleeping, 0);
});

Deno.test("what was done can be seen", async () => {
  const w = world();
  const log = w.open("a");
  fill(log, 40, 4);
  assertEquals(await w.cleaner.cleanFilthiestLog(), true);
  assertEquals(await w.cleaner.cleanFilthiestLog(), false);
  const status = w.cleaner.status(a);
  assertEquals([status.state, status.lastCleanOffset, status.lastError, status.retries], [
    "none",
    40,
    undefined,
    0,
  ]);
  assertEquals(status.lastStats!.messagesWritten, 4);
  const { metrics } = w.cleaner;
  assertEquals([metrics.cleanerRecopyPercent > 0, metrics.maxDirtyPercent], [true, 0]);
  assertEquals(metrics.maxBufferUtilizationPercent, 0);
  const [line] = w.env.logger.matching("Cleaned log", "info");
  assertEquals([line!.fields.partition, line!.fields.messagesWritten], ["a-0", 4]);
  await w.stop();
});

Deno.test("records below max.compaction.lag.ms make a log due however clean it is", async () => {
  const w = world();
  const log = w.open("a", {
    "min.cleanable.dirty.ratio": "1",
    "max.compaction.lag.ms": "10000",
    "segment.ms": "9223372036854775807",
  });
  fill(log, 40, 4);
  w.cleaner.startup();
  await w.env.clock.advance(9000);
  assertEquals(keysIn(log).length, 40);
  await w.env.clock.advance(3000);
  assertEquals(keysIn(log).length, 4);
  await w.stop();
});

Deno.test("min.compaction.lag.ms keeps young records, and those behind them", async () => {
  const w = world();
  const log = w.open("a", { "min.compaction.lag.ms": "10000" });
  fill(log, 30, 3, NOW);
  const young = log.activeSegment.baseOffset;
  fill(log, 30, 3, NOW + 8000);
  w.cleaner.startup();
  await w.env.clock.advance(9000);
  assertEquals(keysIn(log).length, 60);
  await w.env.clock.advance(3000);
  assertEquals(w.cleaner.status(a).lastCleanOffset, young);
  assertEquals(keysIn(log).length, 33);
  await w.env.clock.advance(8000);
  assertEquals(keysIn(log).length, 3);
  await w.stop();
});

Deno.test("compact,delete compacts and deletes; compact alone deletes what is below the log start", async () => {
  const w = world();
  const both = w.open("both", { "cleanup.policy": "compact,delete", "retention.ms": "60000" });
  const compact = w.open("compact", { "min.cleanable.dirty.ratio": "1" });
  for (const log of [both, compact]) fill(log, 40, 4, NOW);
  compact.maybeIncrementLogStartOffset(20);
  w.cleaner.startup();
  await w.env.clock.advance(2000);
  assertEquals(keysIn(both).length, 4);
  assert(compact.segments.firstSegment!.baseOffset > 0);
  await w.env.clock.advance(70_000);
  assertEquals(keysIn(both), []);
  assertEquals(both.logStartOffset, 40);
  await w.stop();
});

Deno.test("a change of cleanup.policy takes effect on a running log", async () => {
  const w = world();
  const log = w.open("a", { "cleanup.policy": "delete", "retention.ms": "-1" });
  fill(log, 40, 4);
  w.cleaner.startup();
  await w.env.clock.advance(3000);
  assertEquals(keysIn(log).length, 40);
  log.updateConfig(logConfig({ "cleanup.policy": "compact" }));
  await w.env.clock.advance(2000);
  assertEquals(keysIn(log).length, 4);
  await w.stop();
});

Deno.test("a log that cannot be cleaned tells why, keeps no other waiting, and is tried again later", async () => {
  const w = world();
  const bad = w.open("a");
  const good = w.open("b");
  for (const log of [bad, good]) fill(log, 40, 4);
  const mend = damage(w.env, bad);
  w.cleaner.startup();
  await w.env.clock.advance(2500);
  assertEquals(keysIn(good).length, 4);
  let status = w.cleaner.status(a);
  assert(status.lastError instanceof CorruptRecordError);
  assertEquals([status.state, status.retries, status.nextAttemptMs! > NOW], [
    "uncleanable",
    1,
    true,
  ]);
  assertEquals(w.cleaner.manager.failures.in("/data"), ["a-0"]);

  await w.env.clock.advance(5000);
  status = w.cleaner.status(a);
  assertEquals([status.retries, status.nextAttemptMs! - w.env.clock.now() > 5000], [2, true]);
  mend();
  await w.env.clock.advance(11_000);
  status = w.cleaner.status(a);
  assertEquals([status.state, status.retries, status.lastError], ["none", 0, undefined]);
  assertEquals(keysIn(bad).length, 4);
  await w.stop();
});

Deno.test("a disk that refuses is reported with its directory", async () => {
  const w = world();
  const log = w.open("a");
  fill(log, 40, 4);
  const first = log.segments.firstSegment!;
  Object.defineProperty(first, "readInto", {
    value: () => {
      throw new LogDirError("/data", "Cannot read: EIO");
    },
  });
  assertEquals(await w.cleaner.cleanFilthiestLog(), false);
  assertEquals(w.failedDirectories, ["/data"]);
  assertEquals(w.cleaner.status(a).state, "uncleanable");
  w.cleaner.handleLogDirFailure("/data");
  assertEquals(w.cleaner.status(a).lastCleanOffset, undefined);
  await w.stop();
});

Deno.test("a log that is truncated, moved or deleted has its cleaning aborted first", async () => {
  const w = world({ ioBufferSize: 1024 }, 0);
  const log = w.open("a");
  fill(log, 200, 4);
  w.cleaner.startup();
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assertEquals(w.cleaner.status(a).state, "in_progress");
  const pausing = w.cleaner.abortAndPauseCleaning(a);
  assertEquals(w.cleaner.status(a).state, "aborted");
  const size = log.size;
  await pausing;
  assertEquals([w.cleaner.status(a).state, w.cleaner.status(a).pausedCount], ["paused", 1]);
  assertEquals([log.size, keysIn(log).length], [size, 200]);

  log.truncateTo(100);
  w.cleaner.maybeTruncateCheckpoint("/data", a, 100);
  await w.env.clock.advance(5000);
  assertEquals(keysIn(log).length, 100);
  rollAndCommit(log);
  w.cleaner.resumeCleaning([a]);
  await w.env.clock.advance(2000);
  assertEquals(keysIn(log).length, 4);

  await w.cleaner.abortCleaning(a);
  assertEquals(w.cleaner.status(a).state, "none");
  w.logs.delete("a-0");
  w.cleaner.dropFromCheckpoint("/data");
  assertEquals(w.cleaner.status(a).lastCleanOffset, undefined);
  log.close();
  await w.stop();
});

Deno.test("a log that is closed while it is cleaned is no failure", async () => {
  const w = world({ ioBufferSize: 1024 }, 0);
  const log = w.open("a");
  fill(log, 200, 4);
  const cleaning = w.cleaner.cleanFilthiestLog();
  for (let i = 0; i < 10; i++) await Promise.resolve();
  log.close();
  assertEquals(await cleaning, false);
  assertEquals(w.cleaner.status(a).lastError, undefined);
  await w.stop();
});

Deno.test("stopping ends a cleaning soon, and the next start takes it up again", async () => {
  const w = world({ ioBufferSize: 1024 }, 0);
  const log = w.open("a");
  fill(log, 400, 4);
  w.cleaner.startup();
  for (let i = 0; i < 10; i++) await Promise.resolve();
  await w.cleaner.shutdown();
  assertEquals([w.cleaner.isRunning, w.cleaner.status(a).state], [false, "none"]);
  assertEquals(keysIn(log).length, 400);
  w.cleaner.startup();
  await w.env.clock.advance(2000);
  assertEquals(keysIn(log).length, 4);
  await w.stop();
});

Deno.test("several cleaners work on several logs at once", async () => {
  const w = world({ numThreads: 3, maxIoBytesPerSecond: 20_000 });
  const logs = ["a", "b", "c", "d"].map((topic) => w.open(topic));
  for (const log of logs) fill(log, 400, 4);
  assertEquals(w.cleaner.cleanerCount, 3);
  w.cleaner.startup();
  let most = 0;
  for (let i = 0; i < 40; i++) {
    await w.env.clock.advance(500);
    most = Math.max(most, w.cleaner.manager.states.inProgress.length);
  }
  assert(most > 1, `at once: ${most}`);
  await w.env.clock.advance(60_000);
  for (const log of logs) assertEquals(keysIn(log).length, 4);
  await w.stop();
});

Deno.test("reading and writing keep to log.cleaner.io.max.bytes.per.second", async () => {
  const w = world({ maxIoBytesPerSecond: 10_000, ioBufferSize: 4096 });
  const log = w.open("a", { "internal.segment.bytes": "100000" });
  fill(log, 2000, 4);
  const bytes = log.size;
  w.cleaner.startup();
  // Read once for the map and once to copy.
  const expectedMs = 2 * bytes / 10_000 * 1000;
  await w.env.clock.advance(expectedMs * 0.8);
  assertEquals(keysIn(log).length, 2000);
  await w.env.clock.advance(expectedMs * 0.5);
  assertEquals(keysIn(log).length, 4);
  await w.stop();
});

Deno.test("new configs take effect, within what Kafka allows", async () => {
  const w = world();
  const log = w.open("a");
  fill(log, 40, 4);
  await assertRejects(
    () => w.cleaner.reconfigure({ ...w.cleaner.config, numThreads: 3 }),
    InvalidConfigError,
  );
  await w.cleaner.reconfigure({ ...w.cleaner.config, numThreads: 2, maxIoBytesPerSecond: 5 });
  assertEquals([w.cleaner.cleanerCount, w.cleaner.isRunning], [2, false]);
  w.cleaner.startup();
  await w.cleaner.reconfigure({ ...w.cleaner.config, maxIoBytesPerSecond: Infinity });
  assertEquals(w.cleaner.isRunning, true);
  await w.env.clock.advance(1000);
  assertEquals(keysIn(log).length, 4);
  await w.stop();
});

Deno.test("changes that come at once, and the end between them, leave no cleaner running", async () => {
  const w = world();
  w.cleaner.startup();
  const config = w.cleaner.config;
  const changes = [1, 2, 3].map((backoffMs) => w.cleaner.reconfigure({ ...config, backoffMs }));
  await Promise.all(changes);
  assertEquals([w.cleaner.isRunning, w.cleaner.config.backoffMs], [true, 3]);
  const last = w.cleaner.reconfigure({ ...config, backoffMs: 4 });
  await w.cleaner.shutdown();
  await last;
  assertEquals([w.cleaner.isRunning, w.env.clock.sleeping], [false, 0]);
  await w.stop();
});

Deno.test("a change that is none of the cleaner's does not disturb it", async () => {
  const w = world();
  const log = w.open("a");
  fill(log, 40, 4);
  w.cleaner.startup();
  const { sleeping } = w.env.clock;
  await w.cleaner.reconfigure({ ...w.cleaner.config });
  assertEquals(w.env.clock.sleeping, sleeping);
  await w.env.clock.advance(1);
  assertEquals(keysIn(log).length, 4);
  await w.stop();
});

Deno.test("a log can be compacted now, however dirty it is", async () => {
  const w = world({ dedupeBufferSize: 24 * 10 });
  const log = w.open("a", { "min.cleanable.dirty.ratio": "1" });
  fill(log, 40, 20);
  assertEquals(await w.cleaner.compact(a), 40);
  assertEquals(keysIn(log).length, 20);
  assertEquals(w.cleaner.status(a).lastCleanOffset, 40);
  await assertRejects(
    () => w.cleaner.compact({ topic: "x", partition: 0 }),
    StorageError,
    "not here",
  );
  await w.cleaner.abortAndPauseCleaning(a);
  await assertRejects(() => w.cleaner.compact(a), StorageError, "paused");
  w.cleaner.resumeCleaning([a]);
  fill(log, 40, 20);
  const mend = damage(w.env, log);
  await assertRejects(() => w.cleaner.compact(a), CorruptRecordError);
  mend();
  await w.cleaner.compact(a);
  assertEquals(keysIn(log).length, 20);
  await w.stop();
});

Deno.test("a log moved to another directory takes its checkpoint along", async () => {
  const w = world();
  const log = w.open("a");
  fill(log, 40, 4);
  await w.cleaner.cleanFilthiestLog();
  w.env.fileSystem.makeDirectory("/other");
  w.cleaner.manager.checkpoints.addLogDirectory("/other");
  w.cleaner.alterCheckpointDir(a, "/data", "/other");
  assertEquals(w.cleaner.manager.checkpoints.get("/other", a), 40);
  assertEquals(w.cleaner.manager.checkpoints.get("/data", a), undefined);
  assertEquals(w.cleaner.pauseCleaningForNonCompactedPartitions(), []);
  await w.stop();
});
