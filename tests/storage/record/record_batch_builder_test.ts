import { assert, assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError, InvalidRecordError } from "../../../storage/errors.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import {
  buildBatch,
  RecordBatchBuilder,
  type RecordBatchOptions,
  sizeOfRecord,
} from "../../../storage/record/record_batch_builder.ts";

const value = new TextEncoder().encode("value");

function assertRefused(options: RecordBatchOptions, message: string): void {
  assertThrows(() => buildBatch([{ value }], options), InvalidRecordError, message);
}

Deno.test("no record makes no bytes", () => {
  assertEquals(buildBatch([]).length, 0);
  assertEquals(new RecordBatchBuilder().build().length, 0);
});

Deno.test("a builder is used again, with the same options and with new ones", () => {
  const builder = new RecordBatchBuilder({ baseOffset: 5, partitionLeaderEpoch: 1 });
  builder.append(1, null, value);
  const first = builder.build().slice();
  builder.reset();
  builder.append(1, null, value);
  assertEquals(builder.build().slice(), first);
  builder.reset({ baseOffset: 9 });
  builder.append(2, value, null, [{ key: "h", value }]);
  const batch = new RecordBatch(builder.build());
  assertEquals([batch.baseOffset, batch.partitionLeaderEpoch, batch.count], [9, -1, 1]);
  batch.ensureValid();
});

Deno.test("the batch is built in the builder's memory, and once", () => {
  const builder = new RecordBatchBuilder();
  builder.append(1, null, value);
  assert(builder.build() === builder.build());
  builder.append(2, null, value);
  assertEquals(new RecordBatch(builder.build()).count, 2);
});

Deno.test("producer state that can't be is refused", () => {
  assertRefused({ isTransactional: true }, "without a valid producer id");
  assertRefused({ producerId: 1, producerEpoch: -1, baseSequence: 0 }, "producer epoch: -1");
  assertRefused({ producerId: 1, producerEpoch: 0 }, "sequence number: -1");
  assertRefused({ timestampType: "NoTimestampType" }, "Timestamp type");
  const control = { producerId: 1, producerEpoch: 0, isControlBatch: true };
  assert(new RecordBatch(buildBatch([{ value }], control)).isControlBatch);
});

Deno.test("producer state may come after the records", () => {
  const builder = new RecordBatchBuilder();
  builder.append(1, null, value);
  builder.setProducerState(11, 2, 7, true);
  const batch = new RecordBatch(builder.build());
  batch.ensureValid();
  assertEquals([batch.producerId, batch.producerEpoch, batch.baseSequence], [11, 2, 7]);
  assert(batch.isTransactional);
});

Deno.test("offsets may have gaps and must grow", () => {
  const builder = new RecordBatchBuilder({ baseOffset: 10 });
  assertThrows(() => builder.appendWithOffset(9, 1, null, value), InvalidRecordError, "offset: 9");
  builder.appendWithOffset(12, 1, null, value);
  builder.append(1, null, value);
  builder.appendWithOffset(20, 1, null, value);
  assertThrows(() => builder.appendWithOffset(20, 1, null, value), InvalidRecordError);
  assertThrows(
    () => builder.appendWithOffset(10 + 2 ** 31, 1, null, value),
    InvalidRecordError,
    "Maximum offset delta exceeded",
  );
  assertThrows(() => builder.appendWithOffset(NaN, 1, null, value), InvalidRecordError, "Offsets");
  builder.overrideLastOffset(33);
  const batch = new RecordBatch(builder.build());
  assertEquals([...batch].map((record) => record.offset), [12, 13, 20]);
  assertEquals([batch.baseOffset, batch.lastOffset, batch.count], [10, 33, 3]);
});

Deno.test("no record gets an offset that is too far from the first", () => {
  const last = 10 + 0x7fff_ffff;
  const builder = new RecordBatchBuilder({ baseOffset: 10 });
  builder.append(1, null, value);
  builder.appendWithOffset(last - 1, 1, null, value);
  builder.append(1, null, value);
  assertEquals(builder.nextOffset, last + 1);
  assertThrows(
    () => builder.append(1, null, value),
    InvalidRecordError,
    "Maximum offset delta exceeded",
  );
  const batch = new RecordBatch(builder.build());
  assertEquals([...batch].map((record) => record.offset), [10, last - 1, last]);
});

Deno.test("records whose numbers take any count of bytes come out as they went in", () => {
  const sizes = [0, 1, 23, 24, 25, 53, 54, 55, 62, 63, 64, 8190, 8191, 8192, 1_048_575, 1_048_576];
  const times = [
    0,
    1,
    -1,
    63,
    64,
    -64,
    -65,
    8191,
    8192,
    -8193,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31) - 1,
  ];
  const base = 2 ** 40;
  const builder = new RecordBatchBuilder();
  builder.append(base, null, null);
  const expected: unknown[] = [[0, base, -1, -1, []]];
  sizes.forEach((size, i) => {
    for (const [keySize, valueSize] of [[size, -1], [-1, size], [i, size], [size, 70]] as const) {
      const offset = builder.nextOffset + (i === 9 ? 9000 : 0);
      const timestamp = base + times[(i + keySize + 1) % times.length]!;
      const bytesOf = (length: number) => length < 0 ? null : new Uint8Array(length).fill(i + 1);
      const headers = i % 3 === 0 ? undefined : [{ key: "é".repeat(i), value: bytesOf(size % 99) }];
      builder.appendWithOffset(offset, timestamp, bytesOf(keySize), bytesOf(valueSize), headers);
      expected.push([offset, timestamp, keySize, valueSize, headers ?? []]);
    }
  });
  const batch = new RecordBatch(builder.build());
  batch.ensureValid();
  assertEquals(
    Array.from(batch.records(), (record) => {
      const { offset, timestamp, keySize, valueSize, headers } = record;
      return [offset, timestamp, keySize, valueSize, headers];
    }),
    expected,
  );
  for (const { key, value: content } of batch.records()) {
    for (const bytes of [key, content]) {
      if (bytes !== null && bytes.length > 0) {
        assert(bytes[0]! > 0 && bytes.every((byte) => byte === bytes[0]));
      }
    }
  }
});

Deno.test("the memory grows when it is full, to the byte", () => {
  for (let size = 900; size <= 1030; size++) {
    const headers = [{ key: "h", value }];
    const batch = new RecordBatch(
      buildBatch([{ value: new Uint8Array(size) }, { key: value, value, headers }]),
    );
    assertEquals([...batch].map((record) => record.headers.length), [0, 1]);
    const copies = new RecordBatchBuilder();
    const cursor = batch.cursor();
    while (cursor.advance()) copies.appendCopy(cursor);
    assertEquals(copies.build(), batch.bytes);
  }
});

Deno.test("a timestamp below -1, or not whole, is refused", () => {
  const builder = new RecordBatchBuilder();
  for (const timestamp of [-2, 0.5, NaN, 2 ** 53]) {
    assertThrows(() => builder.append(timestamp, null, value), InvalidRecordError, "timestamp");
  }
  builder.append(-1, null, value);
  assertEquals(new RecordBatch(builder.build()).maxTimestamp, -1);
});

Deno.test("with LogAppendTime the largest timestamp is the log's", () => {
  const batch = new RecordBatch(
    buildBatch([{ timestamp: 100 }, { timestamp: 900 }], {
      timestampType: "LogAppendTime",
      logAppendTime: 500,
    }),
  );
  assertEquals([batch.baseTimestamp, batch.maxTimestamp], [100, 500]);
  assertEquals([...batch].map((record) => record.timestamp), [500, 500]);
});

Deno.test("the estimate is exact without a codec, and there is room for what fits the write limit", () => {
  const builder = new RecordBatchBuilder({ writeLimit: 61 + 20 });
  assertEquals(builder.estimatedSizeInBytes, 61);
  assert(builder.hasRoomFor(0, null, new Uint8Array(1000)), "the first record always fits");
  builder.append(0, null, new Uint8Array(4));
  assertEquals(builder.estimatedSizeInBytes, builder.build().length);
  const left = 20 - 11;
  assertEquals(sizeOfRecord(1, 0, null, new Uint8Array(left - 7)), left);
  assert(builder.hasRoomFor(0, null, new Uint8Array(left - 7)));
  assert(!builder.hasRoomFor(0, null, new Uint8Array(left - 6)));
  assert(!builder.hasRoomFor(0, null, new Uint8Array(0), [{ key: "header", value }]));
});

Deno.test("a copied record keeps key, value and headers, at another offset and time", () => {
  const headers = [{ key: "h", value }, { key: "h", value: null }];
  const records = [
    { timestamp: 5, key: value, value: new Uint8Array(300).fill(3), headers },
    { timestamp: 2 ** 41, key: null, value: null },
  ];
  for (const type of ["none", "lz4"] as const) {
    const source = new RecordBatch(buildBatch(records, { compression: { type } }));
    const builder = new RecordBatchBuilder({ baseOffset: 100 });
    for (const cursor = source.cursor(); cursor.advance();) {
      builder.appendCopy(cursor, 100 + 3 * cursor.offset, cursor.timestamp + 1);
    }
    const copy = new RecordBatch(builder.build());
    copy.ensureValid();
    const read = [...copy].map(({ offset, timestamp, key, value, headers }) => ({
      offset,
      timestamp,
      key,
      value,
      headers,
    }));
    assertEquals(read, [
      { ...records[0]!, offset: 100, timestamp: 6, headers },
      { ...records[1]!, offset: 103, timestamp: 2 ** 41 + 1, headers: [] },
    ]);
  }
});

Deno.test("a level that the codec does not have is refused", () => {
  const refused = [
    { type: "gzip", level: 0 },
    { type: "gzip", level: 10 },
    { type: "lz4", level: 18 },
    { type: "zstd", level: 23 },
    { type: "zstd", level: -131_073 },
  ] as const;
  for (const compression of refused) {
    assertThrows(
      () => buildBatch([{ value }], { compression }),
      InvalidConfigError,
      `${compression.type} doesn't support given compression level: ${compression.level}`,
    );
  }
});
