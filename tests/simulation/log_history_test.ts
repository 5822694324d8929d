import { assert, assertEquals } from "@std/assert";
import type { Env, Random } from "../../storage/env.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";
import { cleanLog } from "../../storage/cleaner/clean_log.ts";
import { parseCleanerConfig } from "../../storage/cleaner/cleaner_config.ts";
import { manualEnv } from "../support/manual_env.ts";
import { ModelLog, type ModelRecord } from "./model_log.ts";

/**
 * Random histories of one log against the model. A failing one prints its seed; `SEED=n deno test -A
 * tests/simulation/` runs that one alone.
 */

const histories = Number(Deno.env.get("HISTORIES") ?? 10_000);
const onlySeed = Deno.env.get("SEED");
const topicPartition = { topic: "history", partition: 0 };
const directory = "/data/history-0";

// Room for all the keys there are.
const cleanerConfig = parseCleanerConfig({ "log.cleaner.dedupe.buffer.size": "10000" });

class History {
  readonly model = new ModelLog();
  readonly trace: string[] = [];
  readonly random: Random;
  readonly #world = manualEnv({ seed: 1 });
  readonly #compacted: boolean;
  #log: PartitionLog;
  #recoveryPoint = 0;

  constructor(seed: number) {
    const world = manualEnv({ seed });
    this.#world = world;
    this.random = world.random;
    this.#compacted = seed % 2 === 0;
    world.fileSystem.makeDirectory(directory);
    this.#log = this.#open(true);
  }

  get env(): Env {
    return this.#world;
  }

  #open(clean: boolean): PartitionLog {
    return PartitionLog.open({
      env: this.#world,
      directory,
      topicPartition,
      config: parseLogConfig({
        "cleanup.policy": this.#compacted ? "compact" : "delete",
        "internal.segment.bytes": "600",
        "index.interval.bytes": "100",
        "retention.ms": "5000",
        "file.delete.delay.ms": "0",
        "min.cleanable.dirty.ratio": "0",
      }),
      logStartOffset: this.model.start,
      recoveryPoint: this.#recoveryPoint,
      hadCleanShutdown: clean,
    });
  }

  #pick(below: number): number {
    return Math.floor(this.random.next() * below);
  }

  #batch(first: number): { bytes: Uint8Array; records: ModelRecord[] } {
    const compression = (["none", "none", "gzip", "lz4"] as const)[this.#pick(4)]!;
    const builder = new RecordBatchBuilder({
      compression: { type: compression },
      baseOffset: first,
      partitionLeaderEpoch: 0,
    });
    const encoder = new TextEncoder();
    const records: ModelRecord[] = [];
    const count = 1 + this.#pick(4);
    for (let i = 0; i < count; i++) {
      const key = `k${this.#pick(7)}`;
      const value = this.#pick(6) === 0 ? null : "v".repeat(this.#pick(60)) + this.#pick(1000);
      const timestamp = this.env.clock.now() - this.#pick(50);
      const batchEnd = first + count - 1;
      records.push({ offset: first + i, timestamp, key, value, batchEnd });
      builder.append(timestamp, encoder.encode(key), value === null ? null : encoder.encode(value));
    }
    return { bytes: builder.build().slice(), records };
  }

  readonly steps: Readonly<Record<string, () => void | Promise<void>>> = {
    append: () => {
      const { bytes, records } = this.#batch(0);
      const { firstOffset, lastOffset } = this.#log.appendAsLeader(bytes, 0);
      assertEquals([firstOffset, lastOffset], [
        this.model.end,
        this.model.end + records.length - 1,
      ]);
      const base = this.model.end;
      for (const record of records) {
        const { offset, batchEnd } = record;
        this.model.append({ ...record, offset: base + offset, batchEnd: base + batchEnd });
      }
    },
    follow: () => {
      const gap = this.#pick(3) === 0 ? this.#pick(20) : 0;
      const { bytes, records } = this.#batch(this.model.end + gap);
      this.#log.appendAsFollower(bytes, 0);
      for (const record of records) this.model.append(record);
    },
    roll: () => void this.#log.roll(),
    commit: () => void this.#log.updateHighWatermark(this.#log.logEndOffset),
    flush: async () => {
      await this.#log.flush(true);
      this.#recoveryPoint = this.#log.recoveryPoint;
    },
    wait: () => this.#world.clock.set(this.env.clock.now() + this.#pick(4000)),
    truncate: () => {
      const target = this.model.start + this.#pick(this.model.end - this.model.start + 1);
      this.#log.truncateTo(target);
      this.model.truncateTo(target);
      this.#recoveryPoint = Math.min(this.#recoveryPoint, this.model.end);
    },
    restart: () => {
      const offset = this.model.end + this.#pick(50);
      this.#log.truncateFullyAndStartAt(offset);
      this.model.restartAt(offset);
      this.#recoveryPoint = offset;
    },
    deleteRecords: () => {
      this.#log.updateHighWatermark(this.#log.logEndOffset);
      const offset = this.model.start + this.#pick(this.model.end - this.model.start + 1);
      this.#log.deleteRecords(offset);
      this.model.deleteRecords(offset);
    },
    retain: () => {
      this.#log.deleteOldSegments();
      const start = this.#log.logStartOffset;
      const bound = this.env.clock.now() - 5000;
      if (!this.#compacted) {
        const lost = this.model.readFrom(this.model.start).filter(({ offset }) => offset < start);
        assertEquals(lost.filter(({ timestamp }) => timestamp >= bound), []);
      }
      this.model.deleteRecords(start);
      this.#log.deletePendingFiles(this.env.clock.now());
    },
    clean: async () => {
      if (!this.#compacted) return;
      this.#log.updateHighWatermark(this.#log.logEndOffset);
      const bound = this.#log.activeSegment.baseOffset;
      await cleanLog(this.env, this.#log, { config: cleanerConfig });
      this.model.compactBelow(bound);
      this.#log.deletePendingFiles(this.env.clock.now());
    },
    reopen: () => {
      this.#log.close();
      this.#recoveryPoint = this.model.end;
      this.#log = this.#open(true);
      this.#forgetGapAtEnd();
    },
    crash: () => {
      // The process is gone, what it wrote is not.
      this.#log = this.#open(false);
      this.#forgetGapAtEnd();
    },
  };

  /** A log that is opened ends behind its last batch: that a truncation left more room is not on disk. */
  #forgetGapAtEnd(): void {
    const { model } = this;
    const end = this.#log.logEndOffset;
    assert(end <= model.end && end > (model.records.at(-1)?.offset ?? -1), `log end: ${end}`);
    model.end = end;
    model.start = Math.min(model.start, end);
    this.#recoveryPoint = Math.min(this.#recoveryPoint, end);
  }

  /** Everything that the log answers, against the model. */
  check(): void {
    const { model } = this;
    const log = this.#log;
    assertEquals([log.logStartOffset, log.logEndOffset], [model.start, model.end]);
    const from = model.start + this.#pick(model.end - model.start + 1);
    for (const start of [model.start, from]) {
      assertEquals(this.#read(start), model.readFrom(start), `records from ${start}`);
    }
    const timestamp = this.env.clock.now() - this.#pick(6000);
    const expected = model.firstAtOrAfter(timestamp);
    const found = log.fetchOffsetByTimestamp(timestamp);
    assertEquals(
      found === undefined || found.offset < 0 ? undefined : found.offset,
      expected?.offset,
      `offset for ${timestamp}`,
    );
  }

  #read(from: number): ModelRecord[] {
    const decoder = new TextDecoder();
    const records: ModelRecord[] = [];
    for (let offset = from; offset < this.#log.logEndOffset;) {
      const maxBytes = 1 + this.#pick(700);
      const bytes = this.#log.read(offset, { maxBytes, isolation: "log_end", minOneMessage: true })
        .bytes();
      const before = offset;
      for (const batch of batchesIn(bytes)) {
        for (const record of batch.records()) {
          if (record.offset < from || record.offset < offset) continue;
          const value = record.value === null ? null : decoder.decode(record.value);
          const key = decoder.decode(record.key!);
          const { timestamp } = record;
          const batchEnd = batch.lastOffset;
          records.push({ offset: record.offset, timestamp, key, value, batchEnd });
        }
        offset = batch.nextOffset;
      }
      if (offset === before) break;
    }
    return records;
  }
}

const weights: Readonly<Record<string, number>> = {
  append: 12,
  follow: 4,
  roll: 2,
  commit: 2,
  flush: 2,
  wait: 3,
  truncate: 2,
  restart: 0.3,
  deleteRecords: 2,
  retain: 2,
  clean: 2,
  reopen: 1,
  crash: 1,
};
const lottery = Object.entries(weights).flatMap(([step, weight]) =>
  Array.from({ length: Math.round(weight * 10) }, () => step)
);

async function run(seed: number): Promise<void> {
  const history = new History(seed);
  const length = 5 + Math.floor(history.random.next() * 25);
  try {
    for (let i = 0; i < length; i++) {
      const step = lottery[Math.floor(history.random.next() * lottery.length)]!;
      history.trace.push(step);
      await history.steps[step]!();
      history.check();
    }
  } catch (error) {
    throw new Error(`SEED=${seed} after ${history.trace.join(" ")}`, { cause: error });
  }
}

Deno.test("a log answers like a list of records, whatever its history", async () => {
  if (onlySeed !== undefined) return await run(Number(onlySeed));
  for (let seed = 1; seed <= histories; seed++) await run(seed);
});
