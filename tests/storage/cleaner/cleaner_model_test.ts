// The cleaner against a model that knows nothing of segments, buffers, hashes or encodings: random histories of batches,
// transactions, rolls, cleanings with maps of any size, and time that passes.

import { assert, assertEquals } from "@std/assert";
import { logExtent, logToClean } from "../../../storage/cleaner/dirty_ratio.ts";
import { cleanableOffsets } from "../../../storage/cleaner/dirty_ratio.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import type { CompressionType } from "../../../storage/record/record_batch.ts";
import { end, keyed, openCompactedLog, testCleaner } from "../../support/compacted_log.ts";
import { type ManualEnv, manualEnv, type SeededRandom } from "../../support/manual_env.ts";
import { textOf } from "../../support/partition_log.ts";

const HISTORIES = 150;
const STEPS = 60;
const RETENTION_MS = 10_000;
const CODECS: readonly CompressionType[] = ["none", "none", "gzip", "snappy", "lz4", "zstd"];

interface ModelRecord {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
  readonly timestamp: number;
}

interface ModelBatch {
  records: ModelRecord[];
  readonly lastOffset: number;
  readonly producerId: number;
  readonly lastSequence: number;
  /** The transaction that it is part of. */
  readonly transaction: { state: "open" | "COMMIT" | "ABORT" } | undefined;
  deleteHorizonMs: number | undefined;
}

/** What a cleaning leaves of batches below `cleanedUpTo`, with a map of the keys in [`from`, `to`). */
function cleanModel(
  batches: readonly ModelBatch[],
  from: number,
  to: number,
  cleanedUpTo: number,
  now: number,
): ModelBatch[] {
  const latest = new Map<string, number>();
  for (const { records, transaction } of batches) {
    if (transaction?.state === "ABORT") continue;
    for (const { key, offset } of records) {
      if (offset >= from && offset < to) latest.set(key, offset);
    }
  }
  return batches.map((batch) => {
    if (batch.lastOffset >= cleanedUpTo) return batch;
    const horizon = batch.deleteHorizonMs;
    const records = batch.transaction?.state === "ABORT"
      ? []
      : batch.records.filter((record) =>
        record.offset >= to ||
        (record.offset >= (latest.get(record.key) ?? -1) &&
          (record.value !== null || horizon === undefined || now < horizon))
      );
    const hasTombstone = records.some((record) => record.value === null);
    return {
      ...batch,
      records,
      deleteHorizonMs: records.length === 0
        ? undefined
        : horizon ?? (hasTombstone ? now + RETENTION_MS : undefined),
    };
  });
}

class History {
  readonly env: ManualEnv;
  readonly random: SeededRandom;
  log: PartitionLog;
  batches: ModelBatch[] = [];
  /** Offset and transaction of each marker. */
  readonly markers: { offset: number; producerId: number; data: ModelBatch[] }[] = [];
  readonly sequences = new Map<number, number>();
  readonly open = new Map<number, NonNullable<ModelBatch["transaction"]>>();
  firstDirtyOffset = 0;
  cleanings = 0;

  constructor(seed: number) {
    this.env = manualEnv({ seed, now: 1_700_000_000_000 });
    this.random = this.env.random;
    this.log = this.openLog();
  }

  openLog(hadCleanShutdown = true): PartitionLog {
    const log = openCompactedLog(this.env, {
      "internal.segment.bytes": "600",
      "segment.index.bytes": "96",
      "index.interval.bytes": "100",
      "delete.retention.ms": String(RETENTION_MS),
    }, { hadCleanShutdown });
    log.updateHighWatermark(log.logEndOffset);
    return log;
  }

  append(): void {
    const { random, log } = this;
    const records = Array.from({ length: 1 + random.below(6) }, () => {
      const key = `k${random.below(12)}`;
      return [key, random.chance(0.2) ? null : `v${random.below(1e6)}`] as const;
    });
    const timestamp = this.env.clock.now() - random.below(5000);
    // 1 to 3 are transactional, 4 and 5 idempotent, 0 is none of these.
    const producerId = random.below(6);
    let transaction: ModelBatch["transaction"];
    if (producerId >= 1 && producerId <= 3) {
      transaction = this.open.get(producerId) ?? { state: "open" };
      this.open.set(producerId, transaction);
    }
    const baseSequence = this.sequences.get(producerId) ?? 0;
    const { firstOffset } = log.appendAsLeader(
      keyed(records, {
        timestamp,
        compression: { type: random.pick(CODECS) },
        ...(producerId === 0 ? {} : {
          producerId,
          producerEpoch: 0,
          baseSequence,
          isTransactional: transaction !== undefined,
        }),
      }),
      0,
    );
    this.sequences.set(producerId, baseSequence + records.length);
    this.batches.push({
      records: records.map(([key, value], i) => ({
        offset: firstOffset + i,
        key,
        value,
        timestamp,
      })),
      lastOffset: firstOffset + records.length - 1,
      producerId,
      lastSequence: baseSequence + records.length - 1,
      transaction,
      deleteHorizonMs: undefined,
    });
  }

  endTransaction(): void {
    const producers = [...this.open.keys()];
    if (producers.length === 0) return;
    const producerId = this.random.pick(producers);
    const type = this.random.chance(0.5) ? "COMMIT" : "ABORT";
    const transaction = this.open.get(producerId)!;
    transaction.state = type;
    this.open.delete(producerId);
    this.markers.push({
      offset: this.log.logEndOffset,
      producerId,
      data: this.batches.filter((batch) => batch.transaction === transaction),
    });
    end(this.log, producerId, type);
  }

  async clean(): Promise<void> {
    const { log, env, random } = this;
    log.updateHighWatermark(log.logEndOffset);
    const now = env.clock.now();
    const extent = logExtent(log);
    const offsets = cleanableOffsets(extent, this.firstDirtyOffset, now);
    const cleanable = logToClean(
      log,
      extent,
      offsets.firstDirtyOffset,
      offsets.firstUncleanableDirtyOffset,
    );
    if (cleanable.firstUncleanableOffset < this.firstDirtyOffset) return;
    const cleaner = testCleaner(env, random.chance(0.3) ? 2 + random.below(10) : 1000, {
      ioBufferSize: random.pick([64, 200, 1000, 100_000]),
      sliceMs: 0,
    });
    const bases = log.segments.values().map((segment) => segment.baseOffset);
    const { endOffset } = await cleaner.clean(cleanable, { now });
    assert(endOffset >= this.firstDirtyOffset && endOffset <= cleanable.firstUncleanableOffset);
    // A segment is cleaned whole, also when the map ends within it.
    const cleanedUpTo = bases.find((base) => base >= endOffset) ?? log.logEndOffset;
    this.batches = cleanModel(this.batches, this.firstDirtyOffset, endOffset, cleanedUpTo, now);
    this.firstDirtyOffset = endOffset;
    this.cleanings++;
  }

  check(): void {
    const { log } = this;
    const kept: ModelRecord[] = [];
    const horizons: (number | undefined)[] = [];
    const markersThere = new Set<number>();
    const lastOffsets = new Map<number, number>();
    let last = -1;
    for (const segment of log.segments.values()) {
      for (const batch of segment.batches()) {
        batch.ensureValid();
        assert(batch.baseOffset > last, `batch at ${batch.baseOffset} follows offset ${last}`);
        assert(batch.baseOffset >= segment.baseOffset);
        last = batch.lastOffset;
        if (batch.isControlBatch) {
          if (batch.count !== 0) markersThere.add(batch.baseOffset);
          continue;
        }
        if (batch.hasProducerId) lastOffsets.set(batch.producerId, batch.lastOffset);
        for (const record of batch.records()) {
          kept.push({
            offset: record.offset,
            key: textOf(record.key)!,
            value: textOf(record.value),
            timestamp: record.timestamp,
          });
          horizons.push(batch.deleteHorizonMs);
        }
      }
    }
    assertEquals(kept, this.batches.flatMap((batch) => batch.records));
    assertEquals(
      horizons,
      this.batches.flatMap((batch) => batch.records.map(() => batch.deleteHorizonMs)),
    );
    // A marker stays at least as long as the records of its transaction.
    for (const marker of this.markers) {
      const offsets = new Set(marker.data.map((batch) => batch.lastOffset));
      const hasData = this.batches.some((batch) =>
        offsets.has(batch.lastOffset) && batch.records.length > 0
      );
      if (hasData) assert(markersThere.has(marker.offset), `marker ${marker.offset} is gone`);
    }
    // The last batch of every producer is there, if only as a header.
    for (const [producerId] of this.sequences) {
      if (producerId === 0) continue;
      const expected = this.batches.findLast((batch) => batch.producerId === producerId);
      if (expected !== undefined) assertEquals(lastOffsets.get(producerId), expected.lastOffset);
    }
  }

  /** What a consumer that reads committed records sees in the end, by key. */
  committedView(): Map<string, string> {
    const { log } = this;
    const view = new Map<string, string>();
    const upTo = log.lastStableOffset;
    const aborted = log.collectAbortedTransactions(log.logStartOffset, upTo);
    for (const segment of log.segments.values()) {
      for (const batch of segment.batches()) {
        if (batch.isControlBatch || batch.baseOffset >= upTo) continue;
        const isAborted = batch.isTransactional &&
          aborted.some((txn) =>
            txn.producerId === batch.producerId && txn.firstOffset <= batch.lastOffset &&
            batch.lastOffset <= txn.lastOffset
          );
        if (isAborted) continue;
        for (const record of batch.records()) {
          const key = textOf(record.key)!;
          if (record.value === null) view.delete(key);
          else view.set(key, textOf(record.value)!);
        }
      }
    }
    return view;
  }
}

async function run(seed: number): Promise<number> {
  const history = new History(seed);
  const { random, env } = history;
  for (let step = 0; step < STEPS; step++) {
    const dice = random.next();
    if (dice < 0.55) history.append();
    else if (dice < 0.7) history.endTransaction();
    else if (dice < 0.8) history.log.roll();
    else if (dice < 0.88) await env.clock.advance(random.below(RETENTION_MS));
    else if (dice < 0.98) {
      history.log.updateHighWatermark(history.log.logEndOffset);
      const before = history.committedView();
      await history.clean();
      history.check();
      assertEquals(history.committedView(), before);
    } else {
      await history.log.flush(true);
      const unclean = random.chance(0.5);
      if (unclean) history.log.closeHandlers();
      else history.log.close();
      history.log = history.openLog(!unclean);
      history.check();
    }
  }
  history.check();
  history.log.close();
  return history.cleanings;
}

Deno.test("random histories are cleaned as the model says", async () => {
  const first = Number(Deno.env.get("CLEANER_SEED") ?? 1);
  const count = Number(Deno.env.get("CLEANER_HISTORIES") ?? HISTORIES);
  let cleanings = 0;
  for (let seed = first; seed < first + count; seed++) {
    try {
      cleanings += await run(seed);
    } catch (cause) {
      throw new Error(`History fails, run again with CLEANER_SEED=${seed}`, { cause });
    }
  }
  assert(cleanings > count, `cleanings: ${cleanings}`);
});
