import { assertEquals } from "@std/assert";
import { CleanedTransactionMetadata } from "../../../storage/cleaner/cleaned_transaction_metadata.ts";
import { CleanerFilter, type LastRecord } from "../../../storage/cleaner/cleaner_filter.ts";
import { CleanerStats } from "../../../storage/cleaner/cleaner_stats.ts";
import { OffsetMap } from "../../../storage/cleaner/offset_map.ts";
import { RecordColumns } from "../../../storage/cleaner/record_columns.ts";
import { LegacyRecordBatch } from "../../../storage/record/legacy_record_batch.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { keyed } from "../../support/compacted_log.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { bytesOf, endMarker } from "../../support/partition_log.ts";

const NOW = 1000;

function filterOf(
  latest: Record<string, number>,
  options: {
    latestOffset?: number;
    lastRecords?: Map<number, LastRecord>;
    upperBoundOffset?: number;
    firstDirtyOffset?: number;
    retainLegacyDeletes?: boolean;
  } = {},
) {
  const map = new OffsetMap(24 * 100, new SeededRandom(1));
  for (const [key, offset] of Object.entries(latest)) {
    map.put(bytesOf(key), 0, key.length, offset);
  }
  map.updateLatestOffset(options.latestOffset ?? 100);
  const stats = new CleanerStats(0);
  const filter = new CleanerFilter({
    map,
    transactions: new CleanedTransactionMetadata(),
    stats,
    currentTime: NOW,
    deleteRetentionMs: 50,
    lastRecords: options.lastRecords ?? new Map(),
    upperBoundOffset: options.upperBoundOffset ?? 1000,
    firstDirtyOffset: options.firstDirtyOffset ?? 0,
    retainLegacyDeletes: options.retainLegacyDeletes ?? true,
  });
  return { filter, stats };
}

function decide(filter: CleanerFilter, batch: RecordBatch): string {
  const { batchRetention } = filter.checkBatchRetention(batch);
  const columns = new RecordColumns();
  columns.read(batch.cursor());
  filter.retainRecords(batch, columns);
  return `${batchRetention} ${columns.retained.subarray(0, columns.count).join("")}`;
}

function batchOf(
  records: readonly (readonly [string | null, number | null])[],
  options: Parameters<typeof keyed>[1] = {},
): RecordBatch {
  return new RecordBatch(keyed(records, options));
}

Deno.test("the latest record of a key stays, and one whose key the map does not have", () => {
  const { filter } = filterOf({ a: 7, b: 6 });
  assertEquals(
    decide(filter, batchOf([["a", 1], ["b", 2], ["a", 3], ["c", 4]], { baseOffset: 5 })),
    "delete_empty 0111",
  );
});

Deno.test("what lies above the map's latest offset stays, keyed or not", () => {
  const { filter, stats } = filterOf({ a: 7 }, { latestOffset: 6 });
  assertEquals(
    decide(filter, batchOf([["a", 1], [null, 2], [null, 3], ["x", null]], { baseOffset: 5 })),
    "delete_empty 0011",
  );
  assertEquals(stats.invalidMessagesRead, 1);
  assertEquals(decide(filter, batchOf([["a", 1]], { baseOffset: 7 })), "delete_empty 1");
});

Deno.test("a tombstone stays until its delete horizon has come", () => {
  const { filter } = filterOf({ a: 5 });
  const tombstone = (deleteHorizonMs?: number) =>
    batchOf([["a", null], ["b", 1]], {
      baseOffset: 5,
      ...(deleteHorizonMs === undefined ? {} : { deleteHorizonMs }),
    });
  assertEquals(decide(filter, tombstone()), "delete_empty 11");
  assertEquals(decide(filter, tombstone(NOW + 1)), "delete_empty 11");
  assertEquals(decide(filter, tombstone(NOW)), "delete_empty 01");
});

Deno.test("the last batch of a producer, and of the round, stays at least as a header", () => {
  const lastRecords = new Map<number, LastRecord>([
    [1, { lastDataOffset: 5, producerEpoch: 0 }],
    [2, { lastDataOffset: undefined, producerEpoch: 3 }],
  ]);
  const { filter } = filterOf({ a: 50 }, { lastRecords, upperBoundOffset: 20 });
  const of = (producerId: number, baseOffset: number, producerEpoch = 0) =>
    batchOf([["a", 1]], { baseOffset, producerId, producerEpoch, baseSequence: 0 });
  assertEquals(decide(filter, of(1, 5)), "retain_empty 0");
  assertEquals(decide(filter, of(1, 4)), "delete_empty 0");
  assertEquals(decide(filter, of(2, 6, 3)), "delete_empty 0");
  assertEquals(decide(filter, of(9, 5)), "delete_empty 0");
  assertEquals(decide(filter, batchOf([["a", 1]], { baseOffset: 19 })), "retain_empty 0");
  const marker = (epoch: number) => new RecordBatch(endMarker(2, epoch, "COMMIT", { offset: 7 }));
  assertEquals(decide(filter, marker(3)), "retain_empty 1");
  assertEquals(decide(filter, marker(2)), "delete_empty 1");
});

Deno.test("a marker of an empty transaction is marked for a horizon, and goes behind it", () => {
  const { filter } = filterOf({});
  const fresh = new RecordBatch(endMarker(1, 0, "COMMIT", { offset: 3 }));
  assertEquals(filter.checkBatchRetention(fresh).containsMarkerForEmptyTxn, true);
  assertEquals(decide(filter, fresh), "delete_empty 1");
  // The horizon is where the base timestamp was, and a bit says so.
  const withHorizon = (deleteHorizonMs: number) => {
    const batch = new RecordBatch(
      endMarker(1, 0, "COMMIT", { offset: 3, timestamp: deleteHorizonMs }),
    );
    batch.bytes[22]! |= 0x40;
    return batch;
  };
  assertEquals(decide(filter, withHorizon(NOW + 1)), "delete_empty 1");
  assertEquals(decide(filter, withHorizon(NOW)), "delete 0");
});

Deno.test("checksums matter outside the section that the map was made from", () => {
  const { filter } = filterOf({}, { firstDirtyOffset: 10, latestOffset: 20 });
  const needs = (baseOffset: number) =>
    filter.needsChecksum(batchOf([["a", 1], ["b", 1]], { baseOffset }));
  assertEquals([needs(9), needs(10), needs(19), needs(20)], [true, false, false, true]);
});

Deno.test("tombstones of magic 0 and 1 go by the age of their segment", () => {
  const bytes = Deno.readFileSync(new URL("../../fixtures/legacy/messages.log", import.meta.url));
  const batch = new LegacyRecordBatch(bytes);
  for (const retainLegacyDeletes of [true, false]) {
    const { filter, stats } = filterOf({ a: 5 }, { retainLegacyDeletes });
    filter.checkBatchRetention(batch);
    const keep = (offset: number, key: string | null, hasValue: boolean) =>
      filter.shouldRetainLegacyRecord(batch, offset, key === null ? null : bytesOf(key), hasValue);
    assertEquals(
      [keep(4, "a", true), keep(5, "a", true), keep(5, "a", false), keep(200, null, true)],
      [false, true, retainLegacyDeletes, true],
    );
    assertEquals([keep(1, null, true), stats.invalidMessagesRead], [false, 1]);
  }
});
