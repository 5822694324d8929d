import { assert, assertEquals, assertThrows } from "@std/assert";
import type { RecordColumns } from "../../../storage/cleaner/record_columns.ts";
import {
  BatchFilter,
  type BatchRetention,
  type FilterResult,
  newFilterResult,
  type RecordFilter,
} from "../../../storage/cleaner/record_filter.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import {
  type AnyRecordBatch,
  type CompressionType,
  RecordBatch,
} from "../../../storage/record/record_batch.ts";
import {
  buildBatch,
  type RecordBatchOptions,
} from "../../../storage/record/record_batch_builder.ts";
import { endMarker, textOf } from "../../support/partition_log.ts";
import { keyed } from "../../support/compacted_log.ts";

const CODECS: CompressionType[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const NOW = 1_000_000;
const RETENTION = 5_000;

interface Rules {
  readonly retention?: (batch: AnyRecordBatch) => BatchRetention;
  readonly emptyTxn?: boolean;
  readonly keep?: (key: string | null, offset: number) => boolean;
  readonly needsChecksum?: boolean;
}

function filterOf(rules: Rules): RecordFilter {
  const keep = rules.keep ?? ((key) => key !== null);
  return {
    currentTime: NOW,
    deleteRetentionMs: RETENTION,
    checkBatchRetention: (batch) => ({
      batchRetention: rules.retention?.(batch) ?? "delete_empty",
      containsMarkerForEmptyTxn: rules.emptyTxn ?? false,
    }),
    retainRecords(batch, records: RecordColumns) {
      for (let i = 0; i < records.count; i++) {
        const size = records.keySizes[i]!;
        const at = records.keyStarts[i]!;
        const key = size < 0 ? null : textOf(records.bytes.subarray(at, at + size));
        records.retained[i] = keep(key, batch.baseOffset + records.offsetDeltas[i]!) ? 1 : 0;
      }
    },
    shouldRetainLegacyRecord: (_batch, offset, key) => keep(textOf(key), offset),
    needsChecksum: () => rules.needsChecksum ?? true,
  };
}

function run(bytes: Uint8Array, rules: Rules): { result: FilterResult; batches: RecordBatch[] } {
  const filter = new BatchFilter(16);
  const result = newFilterResult();
  for (const batch of batchesIn(bytes)) filter.filter(batch, filterOf(rules), result);
  const output = filter.output.bytes.slice(0, filter.output.length);
  const batches = [...batchesIn(output)] as RecordBatch[];
  for (const batch of batches) batch.ensureValid();
  return { result, batches };
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function contentOf(batch: RecordBatch): string[] {
  return [...batch.records()].map((record) =>
    `${record.offset}@${record.timestamp} ${textOf(record.key)}=${textOf(record.value)}`
  );
}

for (const type of CODECS) {
  Deno.test(`records without a key go, those with one stay as they were (${type})`, () => {
    const options = { compression: { type } };
    const bytes = concat(
      buildBatch([
        { value: new Uint8Array(1), timestamp: 10 },
        { key: new Uint8Array([49]), value: new Uint8Array([98]), timestamp: 11 },
        { value: new Uint8Array(1), timestamp: 12 },
      ], { ...options, partitionLeaderEpoch: 7 }),
      buildBatch([{ value: new Uint8Array(1), timestamp: 13 }], { ...options, baseOffset: 3 }),
      buildBatch([
        { value: new Uint8Array(1), timestamp: 20 },
        { key: new Uint8Array([52]), value: new Uint8Array([101]), timestamp: 15 },
        { key: new Uint8Array([53]), value: new Uint8Array([102]), timestamp: 16 },
        { value: new Uint8Array(1), timestamp: 23 },
      ], { ...options, baseOffset: 4, partitionLeaderEpoch: 7 }),
      buildBatch([{ key: new Uint8Array([54]), value: null, timestamp: 17 }, {
        key: new Uint8Array([55]),
        value: new Uint8Array([104]),
        timestamp: 18,
      }], { ...options, baseOffset: 8, deleteHorizonMs: 99 }),
    );
    const { result, batches } = run(bytes, {});
    assertEquals(batches.map(contentOf), [
      ["1@11 1=b"],
      ["5@15 4=e", "6@16 5=f"],
      ["8@17 6=null", "9@18 7=h"],
    ]);
    assertEquals(batches.map((batch) => [batch.baseOffset, batch.lastOffset]), [[0, 2], [4, 7], [
      8,
      9,
    ]]);
    assertEquals(batches.map((batch) => batch.maxTimestamp), [11, 16, 18]);
    assertEquals(batches.map((batch) => batch.baseTimestamp), [11, 15, 99]);
    assertEquals(batches.map((batch) => batch.compressionType), [type, type, type]);
    assertEquals(batches[0]!.partitionLeaderEpoch, 7);
    assertEquals([result.messagesRead, result.messagesRetained], [10, 5]);
    assertEquals(result.bytesRead, bytes.length);
    assertEquals(
      result.bytesRetained,
      batches.reduce((sum, batch) => sum + batch.sizeInBytes, 0),
    );
    assertEquals(result.maxOffset, 9);
  });

  Deno.test(`tombstones get a delete horizon once, and the timestamps of records stay (${type})`, () => {
    const bytes = keyed([["a", null], ["b", 1], ["c", 2]], {
      compression: { type },
      timestamp: 500,
    });
    const { batches } = run(bytes, { keep: (key) => key !== "c" });
    assertEquals(batches.map(contentOf), [["0@500 a=null", "1@500 b=1"]]);
    assertEquals(batches[0]!.deleteHorizonMs, NOW + RETENTION);
    assertEquals(batches[0]!.baseTimestamp, NOW + RETENTION);
    assertEquals(batches[0]!.maxTimestamp, 500);
    // A second time at another time: it stays, whether the batch is copied whole or written anew.
    const again = batches[0]!.bytes.slice(0, batches[0]!.sizeInBytes);
    assertEquals(run(again, {}).batches[0]!.bytes, again);
    const less = run(again, { keep: (key) => key === "a" }).batches[0]!;
    assertEquals([less.deleteHorizonMs, contentOf(less)], [NOW + RETENTION, ["0@500 a=null"]]);
  });

  Deno.test(`an emptied batch that must stay is a header with offsets and sequences (${type})`, () => {
    for (const isTransactional of [true, false]) {
      const bytes = keyed([["2", "b"], ["3", "c"]], {
        compression: { type },
        baseOffset: 3,
        producerId: 23,
        producerEpoch: 5,
        baseSequence: 10,
        partitionLeaderEpoch: 293,
        isTransactional,
        timestamp: 12,
      });
      const { result, batches } = run(bytes, {
        retention: () => "retain_empty",
        keep: () => false,
      });
      const batch = batches[0]!;
      assertEquals(
        [batch.count, batch.maxTimestamp, batch.baseTimestamp, batch.timestampType],
        [0, 12, -1, "CreateTime"],
      );
      assertEquals([batch.baseOffset, batch.lastOffset], [3, 4]);
      assertEquals([batch.baseSequence, batch.lastSequence], [10, 11]);
      assertEquals([batch.producerId, batch.producerEpoch], [23, 5]);
      assertEquals([batch.isTransactional, batch.compressionType], [isTransactional, "none"]);
      assertEquals(batch.partitionLeaderEpoch, 293);
      assertEquals([batches.length, batch.sizeInBytes], [1, 61]);
      assertEquals([result.messagesRead, result.messagesRetained, result.maxOffset], [2, 0, 4]);
      assertEquals([result.bytesRead, result.bytesRetained], [bytes.length, 61]);

      // It stays so, or goes, the next time.
      const empty = batch.bytes.slice(0, 61);
      const kept = run(empty, { retention: () => "retain_empty" });
      assertEquals([kept.batches[0]!.bytes, kept.result.messagesRead], [empty, 0]);
      for (const retention of ["delete", "delete_empty"] as const) {
        assertEquals(run(empty, { retention: () => retention }).batches, []);
      }
    }
  });

  Deno.test(`log append time stays the time of every record (${type})`, () => {
    const options: RecordBatchOptions = {
      compression: { type },
      timestampType: "LogAppendTime",
      logAppendTime: 777,
      producerId: 1,
      producerEpoch: 0,
      baseSequence: 5,
    };
    const bytes = keyed([["a", 1], ["b", 2], ["c", null]], { ...options, timestamp: 100 });
    const { batches } = run(bytes, { keep: (key) => key === "b" });
    assertEquals(batches.map(contentOf), [["1@777 b=2"]]);
    assertEquals(
      [batches[0]!.timestampType, batches[0]!.maxTimestamp, batches[0]!.baseTimestamp],
      ["LogAppendTime", 777, 777],
    );
    const tombstone = run(bytes, { keep: (key) => key !== "b" }).batches[0]!;
    assertEquals(tombstone.deleteHorizonMs, NOW + RETENTION);
    assertEquals(contentOf(tombstone), ["0@777 a=1", "2@777 c=null"]);
  });
}

Deno.test("a batch to be deleted is not looked into", () => {
  const bytes = concat(
    keyed([["1", "a"]], { producerId: 1, producerEpoch: 0, baseSequence: 0 }),
    keyed([["3", "b"], ["4", "c"]], { baseOffset: 1 }),
  );
  const { result, batches } = run(bytes, {
    retention: (batch) => batch.hasProducerId ? "delete" : "delete_empty",
  });
  assertEquals(batches.map(contentOf), [["1@1700000000000 3=b", "2@1700000000000 4=c"]]);
  assertEquals([result.messagesRead, result.bytesRead], [2, bytes.length]);
});

Deno.test("a batch that keeps all its records is copied byte for byte, gaps and all", () => {
  const bytes = buildBatch([
    { key: new Uint8Array([1]), value: new Uint8Array([1]), offset: 3 },
    { key: new Uint8Array([2]), value: new Uint8Array([2]), offset: 9 },
  ], { baseOffset: 1 });
  const { batches, result } = run(bytes, {});
  assertEquals(batches[0]!.bytes, bytes);
  assertEquals(result.maxOffset, 9);
});

Deno.test("a marker of a transaction without records gets a delete horizon", () => {
  const marker = endMarker(9, 0, "COMMIT", { timestamp: 400 });
  assertEquals(run(marker, { emptyTxn: false }).batches[0]!.bytes, marker);
  const batch = run(marker, { emptyTxn: true }).batches[0]!;
  assertEquals([batch.deleteHorizonMs, batch.isControlBatch, batch.isTransactional], [
    NOW + RETENTION,
    true,
    true,
  ]);
  assertEquals([batch.baseSequence, batch.producerId, batch.maxTimestamp], [-1, 9, 400]);
  assertEquals([...batch.records()].map((record) => record.timestamp), [400]);
});

Deno.test("damage is an error before anything is dropped on its account, and copied where all stays", () => {
  const bytes = keyed([["a", 1], ["b", 2]]);
  bytes[bytes.length - 2]! ^= 1;
  const filter = new BatchFilter(16);
  const result = newFilterResult();
  filter.filter(new RecordBatch(bytes), filterOf({}), result);
  assertEquals(filter.output.bytes.subarray(0, filter.output.length), bytes);
  for (
    const rules of [
      { keep: (key: string | null) => key === "a" },
      { keep: () => false },
      { retention: () => "delete" as const },
      { retention: () => "retain_empty" as const, keep: () => false },
      { emptyTxn: true },
    ]
  ) {
    assertThrows(
      () => filter.filter(new RecordBatch(bytes), filterOf(rules), result),
      CorruptRecordError,
      "crc",
    );
  }
  filter.filter(
    new RecordBatch(bytes),
    filterOf({ keep: () => false, needsChecksum: false }),
    result,
  );
});

Deno.test("message sets of magic 0 and 1 become batches of magic 2", () => {
  const bytes = Deno.readFileSync(new URL("../../fixtures/legacy/messages.log", import.meta.url));
  const before: string[] = [];
  for (const batch of batchesIn(bytes)) {
    for (const record of batch.records()) {
      const timestamp = batch.timestampType === "LogAppendTime"
        ? batch.maxTimestamp
        : record.timestamp;
      before.push(
        `${record.offset}@${timestamp} ${textOf(record.key)}=${textOf(record.value)}`,
      );
    }
  }
  const all = run(bytes, { keep: () => true });
  assertEquals(all.batches.flatMap(contentOf), before);
  assert(all.batches.every((batch) => batch.magic === 2));
  assertEquals(all.result.bytesRead, bytes.length);
  assertEquals(all.result.messagesRetained, before.length);

  const even = run(bytes, { keep: (_key, offset) => offset % 2 === 0 });
  assertEquals(
    even.batches.flatMap(contentOf),
    before.filter((line) => parseInt(line) % 2 === 0),
  );
  const none = run(bytes, { keep: () => false, retention: () => "retain_empty" });
  assertEquals(
    none.batches.map((batch) => [batch.count, batch.lastOffset]),
    [...batchesIn(bytes)].map((batch) => [0, batch.lastOffset]),
  );
});

Deno.test("more bytes come out than the buffer had room for", () => {
  const parts = Array.from(
    { length: 50 },
    (_, i) => keyed([[`${i}`, "x".repeat(i)]], { baseOffset: i }),
  );
  const bytes = concat(...parts);
  const { batches, result } = run(bytes, {});
  assertEquals(batches.length, 50);
  assertEquals(result.bytesRetained, bytes.length);
});
