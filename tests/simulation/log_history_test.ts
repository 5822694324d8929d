import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Env, Random } from "../../storage/env.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";
import { cleanLog } from "../../storage/cleaner/clean_log.ts";
import { parseCleanerConfig } from "../../storage/cleaner/cleaner_config.ts";
import { manualEnv } from "../support/manual_env.ts";
import { readRecords } from "../../storage/embedded/record_reader.ts";
import { ProducerStateError } from "../../storage/errors.ts";
import { endMarker } from "../support/partition_log.ts";
import { ModelLog, type ModelRecord } from "./model_log.ts";
import { type ModelBatch, ModelProducers } from "./model_producers.ts";

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

/** Producers 1 and 2 are idempotent, 3 and 4 transactional. */
const producerIds = [1, 2, 3, 4] as const;

/** A batch with what was sent, to be sent again. */
interface SentBatch extends ModelBatch {
  readonly bytes: Uint8Array;
}

class History {
  readonly model = new ModelLog();
  /** As far as the history has any; half of them have none. */
  readonly producers = new ModelProducers<SentBatch>();
  readonly trace: string[] = [];
  readonly random: Random;
  readonly #world = manualEnv({ seed: 1 });
  readonly #compacted: boolean;
  readonly #hasProducers: boolean;
  #log: PartitionLog;
  #recoveryPoint = 0;
  /** Producers of which the log may know less than it was told, since it was loaded anew from what is left of their records. */
  readonly #uncertain = new Set<number>();
  /** Below it, the log was compacted. */
  #compactedBelow = 0;

  constructor(seed: number) {
    const world = manualEnv({ seed });
    this.#world = world;
    this.random = world.random;
    this.#compacted = seed % 2 === 0;
    this.#hasProducers = seed % 4 < 2;
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

  #batch(
    first: number,
    producer: Partial<Omit<SentBatch, "producerId">> & { producerId?: number } = {},
  ): { bytes: Uint8Array; records: ModelRecord[] } {
    const compression = (["none", "none", "gzip", "lz4"] as const)[this.#pick(4)]!;
    const builder = new RecordBatchBuilder({
      compression: { type: compression },
      baseOffset: first,
      partitionLeaderEpoch: 0,
      ...(producer.producerId === undefined ? {} : {
        producerId: producer.producerId,
        producerEpoch: producer.epoch!,
        baseSequence: producer.sequence!,
        isTransactional: producer.isTransactional!,
      }),
    });
    const encoder = new TextEncoder();
    const records: ModelRecord[] = [];
    const count = 1 + this.#pick(4);
    const written = producer.producerId === undefined
      ? {}
      : { producerId: producer.producerId, isTransactional: producer.isTransactional! };
    for (let i = 0; i < count; i++) {
      const key = `k${this.#pick(7)}`;
      const value = this.#pick(6) === 0 ? null : "v".repeat(this.#pick(60)) + this.#pick(1000);
      const timestamp = this.env.clock.now() - this.#pick(50);
      const batchEnd = first + count - 1;
      records.push({ offset: first + i, timestamp, key, value, batchEnd, ...written });
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
      this.#note(records);
    },
    produce: () => {
      if (!this.#hasProducers) return;
      const producerId = producerIds[this.#pick(4)]!;
      const known = this.producers.all.get(producerId);
      // Where it is not sure what the log knows, the producer begins a new epoch.
      const isNewEpoch = this.#uncertain.has(producerId) || this.#pick(12) === 0;
      const epoch = Math.max(this.#epochs.get(producerId) ?? 0, 0) + (isNewEpoch ? 1 : 0);
      const last = known?.epoch === epoch ? known.batches.at(-1) : undefined;
      const sequence = last === undefined ? 0 : last.sequence + last.last - last.first + 1;
      const producer = { producerId, epoch, sequence, isTransactional: producerId > 2 };
      const { bytes, records } = this.#batch(0, producer);
      const first = this.model.end;
      const sent = bytes.slice();
      const { firstOffset, lastOffset, duplicate } = this.#log.appendAsLeader(bytes, 0);
      assertEquals([firstOffset, lastOffset, duplicate], [
        first,
        first + records.length - 1,
        false,
      ]);
      this.#note(records);
      this.producers.append({ ...producer, first, last: lastOffset, bytes: sent });
      this.#epochs.set(producerId, epoch);
      this.#uncertain.delete(producerId);
    },
    resend: () => {
      const sent = this.#lastBatch();
      if (sent === undefined) return;
      const { firstOffset, lastOffset, duplicate } = this.#log
        .appendAsLeader(sent.bytes.slice(), 0);
      assertEquals([firstOffset, lastOffset, duplicate], [sent.first, sent.last, true]);
    },
    misorder: () => {
      const sent = this.#lastBatch(1);
      if (sent === undefined) return;
      const { producerId, epoch, sequence, first, last, isTransactional } = sent;
      const refused = (change: Partial<SentBatch>, code: string) => {
        const producer = { producerId, epoch, sequence, isTransactional, ...change };
        const error = assertThrows(
          () => this.#log.appendAsLeader(this.#batch(0, producer).bytes, 0),
          ProducerStateError,
        );
        assertEquals(error.code, code);
      };
      refused({ sequence: sequence + last - first + 3 }, "OUT_OF_ORDER_SEQUENCE_NUMBER");
      if (epoch > 0) refused({ epoch: epoch - 1, sequence: 0 }, "INVALID_PRODUCER_EPOCH");
    },
    endTransaction: () => {
      const open = [...this.producers.all].filter(([, { transactionStart }]) =>
        transactionStart !== undefined
      );
      if (open.length > 0) this.#endTransaction(open[this.#pick(open.length)]![0]);
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
      // What was compacted on account of a marker stays so without it, and what was deleted of a transaction is not known:
      // nobody truncates what is decided.
      const ended = this.producers.ended.filter(({ last }) => last >= target);
      const bound = Math.max(this.#compactedBelow, this.model.start);
      if (ended.some(({ first }) => first < bound)) return;
      this.#log.truncateTo(target);
      this.model.truncateTo(target);
      this.producers.truncateTo(target);
      this.#loadedAnew();
      this.#recoveryPoint = Math.min(this.#recoveryPoint, this.model.end);
    },
    restart: () => {
      const offset = this.model.end + this.#pick(50);
      this.#log.truncateFullyAndStartAt(offset);
      this.model.restartAt(offset);
      this.producers.truncateTo(0);
      this.#uncertain.clear();
      this.#recoveryPoint = offset;
    },
    deleteRecords: () => {
      this.#endTransactions();
      this.#log.updateHighWatermark(this.#log.logEndOffset);
      const offset = this.model.start + this.#pick(this.model.end - this.model.start + 1);
      this.#log.deleteRecords(offset);
      this.model.deleteRecords(offset);
    },
    retain: () => {
      this.#endTransactions();
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
      const { endOffset } = await cleanLog(this.env, this.#log, { config: cleanerConfig });
      const active = this.#log.activeSegment.baseOffset;
      // It goes as far as it may: to the active segment, or to the one with the first transaction that is open.
      assert(
        endOffset === active || this.producers.firstOpen! >= endOffset ||
          this.model.start >= endOffset,
        `cleaned to ${endOffset}`,
      );
      this.model.compactBelow(endOffset, (record) => this.#isAborted(record));
      this.#compactedBelow = endOffset;
      this.#log.deletePendingFiles(this.env.clock.now());
    },
    reopen: () => {
      this.#log.close();
      this.#recoveryPoint = this.model.end;
      this.#log = this.#open(true);
      this.#forgetGapAtEnd();
      this.#loadedAnew();
    },
    crash: () => {
      // The process is gone, what it wrote is not.
      this.#log = this.#open(false);
      this.#forgetGapAtEnd();
      this.#loadedAnew();
    },
  };

  readonly #epochs = new Map<number, number>();

  /** Takes over records whose offsets count from the log's end. */
  #note(records: readonly ModelRecord[]): void {
    const base = this.model.end;
    for (const record of records) {
      const { offset, batchEnd } = record;
      this.model.append({ ...record, offset: base + offset, batchEnd: base + batchEnd });
    }
  }

  /** One of the batches that a log must still know, of some producer; the last one if `among` is 1. */
  #lastBatch(among = 5): SentBatch | undefined {
    const producer = this.producers.all.get(producerIds[this.#pick(4)]!);
    const last = producer?.batches.at(-1);
    if (last === undefined || this.#uncertain.has(last.producerId)) return undefined;
    const known = producer!.batches.filter(({ last }) => last >= this.#knownFrom).slice(-among);
    return known[this.#pick(known.length)] ?? last;
  }

  /** Batches that end below are known only if they are the last of their producer: a snapshot has no more. */
  #knownFrom = 0;

  #loadedAnew(): void {
    this.#knownFrom = this.model.end;
    for (const [producerId, { batches }] of this.producers.all) {
      const last = batches.at(-1);
      const mayBeGone = last === undefined || last.first < this.model.start ||
        last.first < this.#compactedBelow;
      if (mayBeGone) this.#uncertain.add(producerId);
    }
  }

  #endTransaction(producerId: number): void {
    const { model } = this;
    const epoch = this.#epochs.get(producerId)! + (this.#pick(4) === 0 ? 1 : 0);
    const marker = this.#pick(2) === 0 ? "COMMIT" : "ABORT";
    const timestamp = this.env.clock.now();
    const first = model.end;
    this.#log.appendAsLeader(endMarker(producerId, epoch, marker, { timestamp }), 0, {
      origin: "coordinator",
      transactionVersion: 0,
    });
    model.appendMarker(timestamp);
    this.producers.append({
      first,
      last: first,
      producerId,
      epoch,
      sequence: -1,
      isTransactional: true,
      marker,
      bytes: new Uint8Array(),
    });
    this.#epochs.set(producerId, epoch);
  }

  /** Deletion beyond the start of a transaction is not for a model so plain. */
  #endTransactions(): void {
    for (const [producerId, { transactionStart }] of this.producers.all) {
      if (transactionStart !== undefined) this.#endTransaction(producerId);
    }
  }

  #isAborted({ offset, producerId = -1, isTransactional = false }: ModelRecord): boolean {
    return this.producers.isAborted({ offset, producerId, isTransactional });
  }

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
    const expected = model.firstAtOrAfter(timestamp, this.#compactedBelow);
    const found = log.fetchOffsetByTimestamp(timestamp);
    const offset = found === undefined || found.offset < 0 ? undefined : found.offset;
    if (offset === undefined || !expected.orMarkers.includes(offset)) {
      assertEquals(offset, expected.offset, `offset for ${timestamp}`);
    }
    if (this.#hasProducers) this.#checkCommitted();
  }

  #checkCommitted(): void {
    const { model } = this;
    const log = this.#log;
    const stable = log.lastStableOffset;
    if (log.highWatermark === model.end) {
      assertEquals(stable, this.producers.firstOpen ?? model.end, "last stable offset");
    }
    const committed = model.readFrom(model.start).filter((record) =>
      record.offset < stable && !this.#isAborted(record)
    ).map(({ offset }) => offset);
    const read: number[] = [];
    if (model.start < stable) {
      for (const { offset } of readRecords(log, model.start, stable, "committed")) {
        read.push(offset);
      }
    }
    assertEquals(read, committed, "committed records");
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
        const written = batch.producerId < 0
          ? {}
          : { producerId: batch.producerId, isTransactional: batch.isTransactional };
        for (const record of batch.isControlBatch ? [] : batch.records()) {
          if (record.offset < from || record.offset < offset) continue;
          const value = record.value === null ? null : decoder.decode(record.value);
          const key = decoder.decode(record.key!);
          const { timestamp } = record;
          const batchEnd = batch.lastOffset;
          records.push({ offset: record.offset, timestamp, key, value, batchEnd, ...written });
        }
        offset = batch.nextOffset;
      }
      if (offset === before) break;
    }
    return records;
  }
}

const weights: Readonly<Record<string, number>> = {
  append: 8,
  produce: 8,
  resend: 2,
  misorder: 1,
  endTransaction: 2,
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
