import { assert, assertEquals, assertThrows } from "@std/assert";
import { writeInt32, writeInt64 } from "../../../storage/bytes/byte_writer.ts";
import { crc32c } from "../../../storage/bytes/crc32c.ts";
import { CorruptRecordError, InvalidRecordError } from "../../../storage/errors.ts";
import { BATCH_FIELD, RecordBatch } from "../../../storage/record/record_batch.ts";
import {
  buildBatch,
  buildEmptyBatch,
  type NewRecord,
  type RecordBatchOptions,
} from "../../../storage/record/record_batch_builder.ts";

const utf8 = new TextEncoder();
const three: NewRecord[] = [
  { timestamp: 100, key: utf8.encode("a"), value: utf8.encode("1") },
  { timestamp: 300, key: utf8.encode("b"), value: utf8.encode("2") },
  { timestamp: 200, key: utf8.encode("c"), value: null },
];

function batchOf(records: NewRecord[], options?: RecordBatchOptions): RecordBatch {
  return new RecordBatch(buildBatch(records, options).slice());
}

/** Sets the checksum right after a change. */
function reseal(batch: RecordBatch): void {
  writeInt32(batch.bytes, BATCH_FIELD.crc, crc32c(batch.bytes, BATCH_FIELD.attributes));
}

Deno.test("the header tells what was put in", () => {
  const batch = batchOf(three, {
    baseOffset: 2 ** 40,
    producerId: 2 ** 33,
    producerEpoch: 32767,
    baseSequence: 17,
    isTransactional: true,
    partitionLeaderEpoch: 9,
  });
  batch.ensureValid();
  assertEquals(batch.magic, 2);
  assertEquals([batch.baseOffset, batch.lastOffset, batch.nextOffset], [
    2 ** 40,
    2 ** 40 + 2,
    2 ** 40 + 3,
  ]);
  assertEquals([batch.baseTimestamp, batch.maxTimestamp, batch.timestampType], [
    100,
    300,
    "CreateTime",
  ]);
  assertEquals([batch.producerId, batch.producerEpoch], [2 ** 33, 32767]);
  assertEquals([batch.baseSequence, batch.lastSequence, batch.lastOffsetDelta], [17, 19, 2]);
  assertEquals([batch.count, batch.partitionLeaderEpoch], [3, 9]);
  assertEquals([batch.hasProducerId, batch.isTransactional, batch.isControlBatch], [
    true,
    true,
    false,
  ]);
  assertEquals([batch.compressionType, batch.isCompressed, batch.deleteHorizonMs], [
    "none",
    false,
    undefined,
  ]);
  assertEquals(batch.sizeInBytes, batch.bytes.length);
  assertEquals([...batch].map((record) => [record.offset, record.timestamp, record.sequence]), [
    [2 ** 40, 100, 17],
    [2 ** 40 + 1, 300, 18],
    [2 ** 40 + 2, 200, 19],
  ]);
});

Deno.test("a batch without a producer has no sequences", () => {
  const batch = batchOf(three);
  assertEquals([batch.producerId, batch.producerEpoch, batch.baseSequence], [-1, -1, -1]);
  assertEquals([batch.lastSequence, batch.hasProducerId], [-1, false]);
  assertEquals([...batch].map((record) => record.sequence), [-1, -1, -1]);
});

Deno.test("sequences wrap inside a batch", () => {
  const batch = batchOf(three, { producerId: 1, producerEpoch: 0, baseSequence: 2 ** 31 - 2 });
  assertEquals(batch.lastSequence, 0);
  assertEquals([...batch].map((record) => record.sequence), [2 ** 31 - 2, 2 ** 31 - 1, 0]);
});

Deno.test("a batch is read wherever it lies", () => {
  const one = buildBatch(three, { baseOffset: 5 });
  const bytes = new Uint8Array(one.length + 20).fill(0xee);
  bytes.set(one, 7);
  const batch = new RecordBatch(bytes, 7);
  assert(batch.isValid);
  assertEquals([...batch].map((record) => record.offset), [5, 6, 7]);
});

Deno.test("a size below the header, or beyond the bytes, is refused before the checksum is looked at", () => {
  const batch = batchOf(three);
  for (const size of [0, 60 - 12, -1, -(2 ** 31), 2 ** 31 - 1, batch.bytes.length - 11]) {
    writeInt32(batch.bytes, BATCH_FIELD.length, size);
    assert(!batch.isValid);
    assertThrows(() => batch.ensureValid(), CorruptRecordError, "size:");
  }
});

Deno.test("the checksum covers all from the attributes on, and neither base offset nor leader epoch", () => {
  const batch = batchOf(three);
  for (let at = 0; at < batch.bytes.length; at++) {
    if (at >= BATCH_FIELD.length && at < BATCH_FIELD.partitionLeaderEpoch) continue;
    batch.bytes[at]! ^= 1;
    const covered = at >= BATCH_FIELD.crc;
    assertEquals(batch.isValid, !covered, `${at}`);
    if (covered) assertThrows(() => batch.ensureValid(), CorruptRecordError, "stored crc");
    batch.bytes[at]! ^= 1;
  }
});

Deno.test("the last offset and the leader epoch are set in place", () => {
  const batch = batchOf(three, { baseOffset: 3 });
  batch.setLastOffset(1_000_000_000_000);
  batch.setPartitionLeaderEpoch(42);
  assert(batch.isValid);
  assertEquals([batch.baseOffset, batch.lastOffset], [999_999_999_998, 1_000_000_000_000]);
  assertEquals(batch.partitionLeaderEpoch, 42);
  assertEquals([...batch].map((record) => record.offset).at(-1), 1_000_000_000_000);
});

Deno.test("LogAppendTime replaces every record's timestamp, whatever the codec", () => {
  for (const type of ["none", "gzip", "snappy", "lz4", "zstd"] as const) {
    const batch = batchOf(three, { compression: { type } });
    batch.setMaxTimestamp("LogAppendTime", 7777);
    assert(batch.isValid);
    assertEquals([batch.timestampType, batch.maxTimestamp], ["LogAppendTime", 7777]);
    assertEquals(batch.compressionType, type);
    assertEquals([...batch].map((record) => record.timestamp), [7777, 7777, 7777]);
    batch.setMaxTimestamp("CreateTime", 300);
    assertEquals([...batch].map((record) => record.timestamp), [100, 300, 200]);
  }
});

Deno.test("setting the timestamp that is there leaves even a wrong checksum alone", () => {
  const batch = batchOf(three);
  writeInt32(batch.bytes, BATCH_FIELD.crc, 1);
  batch.setMaxTimestamp("CreateTime", 300);
  assertEquals(batch.checksum, 1);
  assertThrows(() => batch.setMaxTimestamp("NoTimestampType", 300), InvalidRecordError);
});

Deno.test("a delete horizon takes the base timestamp's place, and timestamps stay", () => {
  const batch = batchOf(three, { deleteHorizonMs: 5000 });
  assertEquals([batch.deleteHorizonMs, batch.baseTimestamp], [5000, 5000]);
  assertEquals([...batch].map((record) => record.timestamp), [100, 300, 200]);
  assertEquals(batch.maxTimestamp, 300);
});

Deno.test("a wrong record count is corrupt, whatever the codec", () => {
  for (const type of ["none", "gzip", "snappy", "lz4", "zstd"] as const) {
    for (const [count, message] of [[2, "Bytes left"], [4, "varint"], [-1, "count"]] as const) {
      const batch = batchOf(three, { compression: { type } });
      writeInt32(batch.bytes, BATCH_FIELD.recordCount, count);
      reseal(batch);
      batch.ensureValid();
      assertThrows(() => [...batch], CorruptRecordError, message);
    }
  }
});

Deno.test("an empty batch keeps offsets, sequences and the largest timestamp", () => {
  const batch = new RecordBatch(buildEmptyBatch({
    baseOffset: 15,
    lastOffset: 37,
    maxTimestamp: 1234,
    timestampType: "LogAppendTime",
    producerId: 23,
    producerEpoch: 3,
    baseSequence: 2 ** 31 - 5,
    isTransactional: true,
    isControlBatch: true,
    partitionLeaderEpoch: 9,
  }));
  batch.ensureValid();
  assertEquals([batch.sizeInBytes, batch.count], [61, 0]);
  assertEquals([...batch], []);
  assertEquals([batch.baseOffset, batch.lastOffset], [15, 37]);
  assertEquals([batch.baseTimestamp, batch.maxTimestamp], [-1, 1234]);
  assertEquals([batch.baseSequence, batch.lastSequence], [2 ** 31 - 5, 17]);
  assertEquals([batch.isTransactional, batch.isControlBatch], [true, true]);
  assertEquals(batch.offsetOfMaxTimestamp(), undefined);
});

Deno.test("the offset of the largest timestamp is that of the first record that has it", () => {
  const records = [5, 9, 7, 9].map((timestamp) => ({ timestamp }));
  assertEquals(batchOf(records, { baseOffset: 10 }).offsetOfMaxTimestamp(), 11);
  const appendTime = { baseOffset: 10, timestampType: "LogAppendTime", logAppendTime: 8 } as const;
  assertEquals(batchOf(records, appendTime).offsetOfMaxTimestamp(), 10);
});

Deno.test("an unknown codec, and numbers beyond the safe integers, are corrupt", () => {
  const batch = batchOf(three);
  batch.bytes[BATCH_FIELD.attributes + 1] = 5;
  assertThrows(() => batch.compressionType, CorruptRecordError, "Unknown compression type id: 5");
  assertThrows(() => [...batch], CorruptRecordError);
  writeInt32(batch.bytes, BATCH_FIELD.baseOffset, 0x7fff_ffff);
  assertThrows(() => batch.baseOffset, CorruptRecordError);
  writeInt64(batch.bytes, BATCH_FIELD.baseOffset, Number.MAX_SAFE_INTEGER - 1);
  assertThrows(() => batch.lastOffset, CorruptRecordError);
});

Deno.test("records that decompress to more than the limit are refused", () => {
  const value = new Uint8Array(1_000_000);
  for (const type of ["gzip", "snappy", "lz4", "zstd"] as const) {
    const batch = batchOf([{ value }], { compression: { type } });
    assertEquals([...batch.records({ maxBytes: 1_000_100 })].length, 1);
    assertThrows(
      () => batch.records({ maxBytes: 999_999 }),
      CorruptRecordError,
      "more than the limit, bytes: 999999",
    );
  }
});
