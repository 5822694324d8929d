import { assert, assertEquals, assertThrows } from "@std/assert";
import { writeInt16, writeInt32, writeInt64 } from "../../../storage/bytes/byte_writer.ts";
import { crc32 } from "../../../storage/record/crc32.ts";
import { CorruptRecordError, InvalidRecordError } from "../../../storage/errors.ts";
import { compress } from "../../../storage/record/compression.ts";
import { compressionTypeId } from "../../../storage/record/compression_type.ts";
import { LegacyRecordBatch } from "../../../storage/record/legacy_record_batch.ts";
import { batchesIn } from "../../../storage/record/memory_records.ts";
import type { CompressionType } from "../../../storage/record/record_batch.ts";

const utf8 = new TextEncoder();
const text = new TextDecoder();

interface Message {
  magic: 0 | 1;
  offset: number;
  timestamp?: number;
  attributes?: number;
  key?: Uint8Array | null;
  value: Uint8Array | null;
}

function message({ magic, offset, timestamp = 0, attributes = 0, key = null, value }: Message) {
  const keyAt = magic === 0 ? 22 : 30;
  const valueAt = keyAt + (key?.length ?? 0) + 4;
  const bytes = new Uint8Array(valueAt + (value?.length ?? 0));
  writeInt64(bytes, 0, offset);
  writeInt32(bytes, 8, bytes.length - 12);
  writeInt16(bytes, 16, (magic << 8) | attributes);
  if (magic === 1) writeInt64(bytes, 18, timestamp);
  writeInt32(bytes, keyAt - 4, key?.length ?? -1);
  bytes.set(key ?? [], keyAt);
  writeInt32(bytes, valueAt - 4, value?.length ?? -1);
  bytes.set(value ?? [], valueAt);
  writeInt32(bytes, 12, crc32(bytes, 16));
  return bytes;
}

function wrap(inner: Uint8Array[], wrapper: Omit<Message, "value">, type: CompressionType) {
  const set = new Uint8Array(inner.flatMap((bytes) => [...bytes]));
  const attributes = (wrapper.attributes ?? 0) | compressionTypeId(type);
  const value = type === "zstd" ? set : compress({ type }, set);
  return new LegacyRecordBatch(message({ ...wrapper, attributes, value }));
}

const inner = (magic: 0 | 1, offset: number, timestamp = 0) =>
  message({ magic, offset, timestamp, value: utf8.encode(`v${offset}`) });

Deno.test("what Apache Kafka wrote in magic 0 and 1, with every codec, is read", () => {
  const folder = new URL("../../fixtures/legacy/", import.meta.url);
  const bytes = Deno.readFileSync(new URL("messages.log", folder));
  const expected = Deno.readTextFileSync(new URL("messages.txt", folder)).trimEnd().split("\n");
  const read: string[] = [];
  for (const batch of batchesIn(bytes)) {
    batch.ensureValid();
    const offsets: number[] = [];
    for (const record of batch.records()) {
      offsets.push(record.offset);
      const { key, value } = record;
      const shown = value === null
        ? "null"
        : value.every((byte) => byte === 120)
        ? `x*${value.length}`
        : text.decode(value);
      const fields = [batch.magic, batch.compressionType, record.offset, record.timestamp];
      read.push([...fields, key === null ? "null" : text.decode(key), shown].join("\t"));
    }
    assertEquals([batch.baseOffset, batch.lastOffset], [offsets[0], offsets.at(-1)]);
  }
  assertEquals(read, expected);
});

Deno.test("a message stands for itself as a batch of one", () => {
  const key = utf8.encode("k");
  const bytes = message({ magic: 1, offset: 7, timestamp: 99, key, value: null });
  const batch = new LegacyRecordBatch(bytes);
  batch.ensureValid();
  assertEquals([batch.baseOffset, batch.lastOffset, batch.nextOffset], [7, 7, 8]);
  assertEquals([batch.maxTimestamp, batch.timestampType], [99, "CreateTime"]);
  assertEquals([batch.producerId, batch.producerEpoch, batch.partitionLeaderEpoch], [-1, -1, -1]);
  assertEquals([batch.baseSequence, batch.lastSequence, batch.count], [-1, -1, undefined]);
  assertEquals([batch.isTransactional, batch.isControlBatch, batch.hasProducerId], [
    false,
    false,
    false,
  ]);
  const [record] = [...batch.records()];
  assertEquals([record!.offset, record!.timestamp, record!.sequence], [7, 99, -1]);
  assertEquals([record!.key, record!.value, record!.headers], [key, null, []]);
  assertEquals([record!.checksum, record!.isValid, record!.sizeInBytes], [
    batch.checksum,
    true,
    bytes.length,
  ]);
});

Deno.test("magic 0 has neither timestamp nor type of one", () => {
  const batch = new LegacyRecordBatch(inner(0, 3));
  assertEquals([batch.maxTimestamp, batch.timestampType], [-1, "NoTimestampType"]);
  assertThrows(() => batch.setMaxTimestamp("LogAppendTime", 5), InvalidRecordError, "magic: 0");
  assertThrows(() => batch.setPartitionLeaderEpoch(5), InvalidRecordError, "magic: 0");
});

Deno.test("offset and timestamp of a magic 1 message are set in place", () => {
  const batch = wrap([inner(1, 0, 10), inner(1, 1, 11)], { magic: 1, offset: 1 }, "gzip");
  batch.setLastOffset(50);
  assertEquals([...batch].map((record) => record.offset), [49, 50]);
  batch.setMaxTimestamp("LogAppendTime", 999);
  assert(batch.isValid);
  assertEquals(batch.timestampType, "LogAppendTime");
  assertEquals([...batch].map((record) => record.timestamp), [999, 999]);
  batch.setMaxTimestamp("CreateTime", 11);
  assertEquals([...batch].map((record) => record.timestamp), [10, 11]);
  assertEquals(batch.offsetOfMaxTimestamp(), 50);
  assertThrows(() => batch.setMaxTimestamp("NoTimestampType", 11), InvalidRecordError);
});

Deno.test("a wrapper with offset 0 leaves the inner offsets as they are", () => {
  const batch = wrap([inner(1, 0), inner(1, 1), inner(1, 2)], { magic: 1, offset: 0 }, "gzip");
  assertEquals([...batch].map((record) => record.offset), [0, 1, 2]);
});

Deno.test("a wrapper whose offset is below its last message's is corrupt", () => {
  const batch = wrap([inner(1, 0), inner(1, 5)], { magic: 1, offset: 3 }, "gzip");
  assertThrows(() => batch.records(), CorruptRecordError, "Wrapper offset 3 is less");
});

Deno.test("wrappers that can't be are corrupt", () => {
  const wrapper = { magic: 1, offset: 5 } as const;
  assertThrows(() => wrap([], wrapper, "gzip").records(), CorruptRecordError, "empty");
  assertThrows(() => wrap([inner(1, 0)], wrapper, "zstd").records(), CorruptRecordError, "zstd");
  const nested = message({ magic: 1, offset: 0, attributes: 1, value: new Uint8Array(3) });
  assertThrows(() => wrap([nested], wrapper, "gzip").records(), CorruptRecordError, "compressed");
  const withoutValue = message({ ...wrapper, attributes: 1, value: null });
  assertThrows(
    () => new LegacyRecordBatch(withoutValue).records(),
    CorruptRecordError,
    "null value",
  );
  const magic2 = inner(1, 0);
  magic2[16] = 2;
  assertThrows(() => wrap([magic2], wrapper, "gzip").records(), CorruptRecordError, "magic");
  const small = inner(1, 0);
  writeInt32(small, 8, 3);
  assertThrows(() => wrap([small], wrapper, "gzip").records(), CorruptRecordError, "minimum");
});

Deno.test("an inner message that is cut off ends the set", () => {
  const cut = [inner(1, 0), inner(1, 1).subarray(0, 20)];
  const batch = wrap(cut, { magic: 1, offset: 9 }, "lz4");
  assertEquals([...batch].map((record) => record.offset), [9]);
});

Deno.test("a message too small, cut off, or with a wrong checksum is invalid", () => {
  const bytes = inner(0, 1);
  const batch = new LegacyRecordBatch(bytes);
  assert(batch.isValid);
  bytes[bytes.length - 1]! ^= 1;
  assertThrows(() => batch.ensureValid(), CorruptRecordError, "stored crc");
  writeInt32(bytes, 8, 13);
  assertThrows(() => batch.ensureValid(), CorruptRecordError, "too small");
  assertThrows(() => batch.records(), CorruptRecordError, "too small");
});

Deno.test("a key or value that leads out of its message is corrupt", () => {
  for (const at of [26, 30]) {
    const bytes = inner(1, 0);
    writeInt32(bytes, at, 1000);
    assertThrows(() => new LegacyRecordBatch(bytes).records(), CorruptRecordError, "leads out");
  }
});
