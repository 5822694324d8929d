import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { writeInt32, writeInt64 } from "../../../../storage/bytes/byte_writer.ts";
import { crc32 } from "../../../../storage/record/crc32.ts";
import { crc32c } from "../../../../storage/bytes/crc32c.ts";
import {
  CorruptRecordError,
  type ErrorCode,
  InvalidRecordError,
} from "../../../../storage/errors.ts";
import {
  validateMessagesAndAssignOffsets,
  type ValidationInput,
  type ValidationResult,
} from "../../../../storage/log/append/batch_validator.ts";
import { compress } from "../../../../storage/record/compression.ts";
import { compressionTypeId } from "../../../../storage/record/compression_type.ts";
import { buildEndTransactionMarker } from "../../../../storage/record/control_record.ts";
import { batchAt } from "../../../../storage/record/memory_records.ts";
import { type CompressionType, RecordBatch } from "../../../../storage/record/record_batch.ts";
import {
  buildBatch,
  buildEmptyBatch,
  type NewRecord,
  type RecordBatchOptions,
} from "../../../../storage/record/record_batch_builder.ts";

const NOW = 1_700_000_000_000;
const CODECS: readonly CompressionType[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const bytes = (text: string) => new TextEncoder().encode(text);
const words = ["hello", "there", "beautiful"];

function validate(records: Uint8Array, options: Partial<ValidationInput> = {}): ValidationResult {
  const source = options.sourceCompressionType ?? batchAt(records, 0).compressionType;
  return validateMessagesAndAssignOffsets({
    offset: 0,
    now: NOW,
    sourceCompressionType: source,
    targetCompression: { type: source },
    compactedTopic: false,
    timestampType: "CreateTime",
    timestampBeforeMaxMs: 1000,
    timestampAfterMaxMs: 1000,
    partitionLeaderEpoch: -1,
    origin: "client",
    topicPartition: "topic-0",
    ...options,
    records,
  });
}

/** Three records, the second with the largest timestamp. */
function records(extra: Partial<NewRecord> = {}): NewRecord[] {
  const times = [NOW - 1, NOW + 1, NOW];
  return words.map((word, i) => ({ value: bytes(word), timestamp: times[i]!, ...extra }));
}

function batchOf(
  type: CompressionType,
  extra: Partial<NewRecord> = {},
  options: RecordBatchOptions = {},
): Uint8Array {
  return buildBatch(records(extra), { ...options, compression: { type } });
}

/** Writes into a batch's header and makes its checksum right again. */
function patched(batch: Uint8Array, patch: (batch: Uint8Array) => void): Uint8Array {
  patch(batch);
  writeInt32(batch, 17, crc32c(batch, 21));
  return batch;
}

function refused(
  code: ErrorCode,
  message: string,
  run: () => unknown,
): InvalidRecordError {
  const error = assertThrows(run, InvalidRecordError);
  assertEquals(error.code, code);
  assertStringIncludes(error.message, message);
  return error;
}

/** A message of magic 0 or 1. */
function legacyMessage(
  magic: number,
  offset: number,
  value: Uint8Array | null,
  options: { key?: Uint8Array; timestamp?: number; attributes?: number; badCrc?: boolean } = {},
): Uint8Array {
  const { key, timestamp = NOW, attributes = 0 } = options;
  const headerSize = magic === 0 ? 18 : 26;
  const message = new Uint8Array(headerSize + 8 + (key?.length ?? 0) + (value?.length ?? 0));
  writeInt64(message, 0, offset);
  writeInt32(message, 8, message.length - 12);
  message[16] = magic;
  message[17] = attributes;
  if (magic === 1) writeInt64(message, 18, timestamp);
  let at = headerSize;
  for (const part of [key ?? null, value]) {
    writeInt32(message, at, part === null ? -1 : part.length);
    if (part !== null) message.set(part, at + 4);
    at += 4 + (part?.length ?? 0);
  }
  writeInt32(message, 12, crc32(message, 16) ^ (options.badCrc ? 1 : 0));
  return message;
}

function join(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function wrapper(magic: number, type: CompressionType, ...messages: Uint8Array[]): Uint8Array {
  const attributes = compressionTypeId(type);
  return legacyMessage(magic, messages.length - 1, compress({ type }, join(...messages)), {
    attributes,
  });
}

function legacySet(magic: number, type: CompressionType, key?: Uint8Array): Uint8Array {
  const messages = words.map((word, i) =>
    legacyMessage(magic, type === "none" ? 0 : i, bytes(word), {
      timestamp: NOW + i,
      ...(key === undefined ? {} : { key }),
    })
  );
  return type === "none" ? join(...messages) : wrapper(magic, type, ...messages);
}

function only(result: ValidationResult): RecordBatch {
  const batch = batchAt(result.records, 0);
  assert(batch instanceof RecordBatch);
  assertEquals(batch.sizeInBytes, result.records.length);
  batch.ensureValid();
  return batch;
}

const values = (batch: RecordBatch) =>
  [...batch.records()].map((record) => new TextDecoder().decode(record.value!));
const offsets = (batch: RecordBatch) => [...batch.records()].map((record) => record.offset);

for (const type of CODECS) {
  Deno.test(`a batch (${type}) that is as the topic wants it keeps its bytes, but for offset and epoch`, () => {
    const batch = batchOf(type, {}, { producerId: 1324, producerEpoch: 10, baseSequence: 984 });
    const before = batch.slice();
    const result = validate(batch, { offset: 1_234_567, partitionLeaderEpoch: 40 });
    assertStrictEquals(result.records, batch);
    assertEquals(batch.subarray(16), before.subarray(16));
    const written = only(result);
    assertEquals([written.baseOffset, written.lastOffset], [1_234_567, 1_234_569]);
    assertEquals(offsets(written), [1_234_567, 1_234_568, 1_234_569]);
    assertEquals([written.partitionLeaderEpoch, written.baseSequence], [40, 984]);
    assertEquals(result.nextOffset, 1_234_570);
    assertEquals([result.maxTimestamp, result.offsetOfMaxTimestamp], [NOW + 1, 1_234_568]);
    assertEquals(result.shallowOffsetOfMaxTimestamp, 1_234_569);
    assertEquals(result.messageSizeMaybeChanged, false);
    assertEquals(result.recordStats.numRecordsConverted, 0);
    assertEquals(result.recordStats.temporaryMemoryBytes > 0, type !== "none");
  });

  Deno.test(`a batch (${type}) gets the time of append, with a right checksum`, () => {
    const batch = batchOf(type, { timestamp: 1234 });
    const result = validate(batch, { timestampType: "LogAppendTime" });
    const written = only(result);
    assertEquals([written.timestampType, written.maxTimestamp], ["LogAppendTime", NOW]);
    assertEquals([written.baseTimestamp, result.maxTimestamp], [1234, NOW]);
    assertEquals([...written.records()].map((record) => record.timestamp), [NOW, NOW, NOW]);
    assertEquals([result.offsetOfMaxTimestamp, result.messageSizeMaybeChanged], [0, false]);
  });

  Deno.test(`a batch (${type}) with records too old or too new is refused, record by record`, () => {
    for (const timestamp of [NOW - 1001, NOW + 1001]) {
      const error = refused(
        "INVALID_TIMESTAMP",
        "One or more records have been rejected due to invalid timestamp",
        () => validate(batchOf(type, { timestamp })),
      );
      assertEquals(error.recordErrors.map((each) => each.batchIndex), [0, 1, 2]);
      assertEquals(
        error.recordErrors[0]!.message,
        `Timestamp ${timestamp} of message with offset 0 is out of range. ` +
          `The timestamp should be within [${NOW - 1000}, ${NOW + 1000}]`,
      );
    }
    for (const timestamp of [NOW - 1000, NOW + 1000, -1]) {
      validate(batchOf(type, { timestamp }));
    }
  });

  Deno.test(`a batch (${type}) without keys is refused by a compacted topic, record by record`, () => {
    const error = refused(
      "INVALID_RECORD",
      "One or more records have been rejected due to 3 record errors in total, and only showing the first three " +
        "errors at most: [RecordError(batchIndex=0, message='Compacted topic cannot accept message without key in topic " +
        "partition topic-0'), RecordError(",
      () => validate(batchOf(type), { compactedTopic: true }),
    );
    assertEquals(error.recordErrors.length, 3);
    validate(batchOf(type, { key: bytes("key") }), { compactedTopic: true });
    validate(batchOf(type, { key: new Uint8Array(0) }), { compactedTopic: true });
  });

  Deno.test(`a batch (${type}) with a wrong checksum is corrupt`, () => {
    const batch = batchOf(type);
    batch[batch.length - 1]! ^= 1;
    const error = assertThrows(() => validate(batch), CorruptRecordError);
    assertStringIncludes(error.message, "in topic partition topic-0");
  });

  for (const target of CODECS) {
    Deno.test(`${type} from the producer, ${target} for the topic: the batch ends up as ${target}`, () => {
      const options = {
        ...{ producerId: 1324, producerEpoch: 10, baseSequence: 984, isTransactional: true },
      };
      const headers = [{ key: "name", value: bytes("x") }, { key: "none", value: null }];
      const input = batchOf(type, { key: bytes("key"), headers }, options);
      const result = validate(input, {
        offset: 50,
        targetCompression: { type: target },
        partitionLeaderEpoch: 40,
      });
      const written = only(result);
      assertEquals(written.compressionType, target);
      assertEquals([offsets(written), values(written)], [[50, 51, 52], words]);
      assertEquals([...written.records()].map((record) => record.headers), [
        ...[headers, headers, headers],
      ]);
      assertEquals([...written.records()].map((record) => record.timestamp), [
        ...[NOW - 1, NOW + 1, NOW],
      ]);
      assertEquals([written.producerId, written.producerEpoch, written.baseSequence], [
        ...[1324, 10, 984],
      ]);
      assertEquals([written.isTransactional, written.partitionLeaderEpoch], [true, 40]);
      assertEquals([written.baseTimestamp, written.maxTimestamp], [NOW - 1, NOW + 1]);
      assertEquals([result.nextOffset, result.maxTimestamp, result.offsetOfMaxTimestamp], [
        ...[53, NOW + 1, 51],
      ]);
      assertEquals(result.messageSizeMaybeChanged, type !== target);
      assertEquals(result.recordStats.numRecordsConverted, type === target ? 0 : 3);
    });

    Deno.test(`a batch without records is refused (${type} to ${target})`, () => {
      const empty = buildEmptyBatch({
        ...{ baseOffset: 0, lastOffset: 5, maxTimestamp: NOW, timestampType: "CreateTime" },
        ...{ producerId: 1324, producerEpoch: 10, baseSequence: 984, partitionLeaderEpoch: 40 },
        ...{ isTransactional: true, isControlBatch: false },
      });
      refused(
        "INVALID_RECORD",
        "Invalid reported count for record batch: 0",
        () =>
          validate(empty, {
            sourceCompressionType: type,
            targetCompression: { type: target },
          }),
      );
    });

    Deno.test(`a producer id without sequence is refused (${type} to ${target})`, () => {
      const batch = patched(
        batchOf(type, {}, { producerId: 1234, producerEpoch: 0, baseSequence: 0 }),
        (header) => writeInt32(header, 53, -2),
      );
      refused(
        "INVALID_RECORD",
        "Invalid sequence number -2 in record batch with producerId 1234",
        () => validate(batch, { targetCompression: { type: target } }),
      );
    });
  }
}

Deno.test("another level of the same codec does not cause compression anew", () => {
  const batch = buildBatch([{ value: bytes("some".repeat(256)), timestamp: -1 }], {
    compression: { type: "gzip", level: 9 },
  });
  const before = batch.slice();
  const result = validate(batch, { targetCompression: { type: "gzip", level: 1 } });
  assertEquals(result.records, before);
});

Deno.test("another codec gives what the records give when they are compressed so", () => {
  const list = [bytes("somedata"), bytes("moredata")].map((value) => ({ value, timestamp: NOW }));
  const result = validate(buildBatch(list, { compression: { type: "gzip", level: 9 } }), {
    targetCompression: { type: "lz4", level: 1 },
  });
  assertEquals(
    result.records,
    buildBatch(list, { compression: { type: "lz4", level: 1 } }),
  );
});

Deno.test("compressing anew keeps the time of append right", () => {
  const result = validate(batchOf("gzip", { timestamp: 77 }), {
    offset: 10,
    targetCompression: { type: "zstd" },
    timestampType: "LogAppendTime",
  });
  const written = only(result);
  assertEquals([written.timestampType, written.maxTimestamp, written.baseTimestamp], [
    ...["LogAppendTime", NOW, 77],
  ]);
  assertEquals([result.maxTimestamp, result.offsetOfMaxTimestamp], [NOW, 10]);
});

Deno.test("a batch of today's format comes alone, compressed or not", () => {
  for (const [source, target] of [["none", "none"], ["none", "gzip"], ["zstd", "gzip"]] as const) {
    refused(
      "INVALID_RECORD",
      "has more than one batch",
      () =>
        validate(join(batchOf(source), batchOf(source)), {
          targetCompression: { type: target },
        }),
    );
  }
  refused(
    "INVALID_RECORD",
    "Record batch has no batches at all",
    () => validate(new Uint8Array(0), { sourceCompressionType: "none" }),
  );
});

Deno.test("count and offsets of the header must agree", () => {
  for (const [lastOffsetDelta, count] of [[0, 3], [15, 3], [-3, 3]] as const) {
    refused(
      "INVALID_RECORD",
      lastOffsetDelta < 0 ? "invalid offset range" : "Inconsistent batch offset range",
      () =>
        validate(patched(batchOf("none"), (header) => {
          writeInt32(header, 57, count);
          writeInt32(header, 23, lastOffsetDelta);
        })),
    );
  }
});

Deno.test("count and records must agree", () => {
  for (const type of CODECS) {
    for (const [lastOffsetDelta, count] of [[5, 6], [1, 2]] as const) {
      for (const target of [type, "none", "zstd"] as const) {
        refused("INVALID_RECORD", "Found invalid record structure", () =>
          validate(
            patched(batchOf(type), (header) => {
              writeInt32(header, 57, count);
              writeInt32(header, 23, lastOffsetDelta);
            }),
            { targetCompression: { type: target } },
          ));
      }
    }
  }
});

Deno.test("a wrong largest timestamp in the header is put right", () => {
  const batch = patched(batchOf("none"), (header) => writeInt64(header, 35, NOW + 500));
  const result = validate(batch);
  assertEquals([only(result).maxTimestamp, result.maxTimestamp], [NOW + 1, NOW + 1]);
});

Deno.test("timestamps that lead beyond the safe integers are refused, whatever the topic allows", () => {
  for (const type of CODECS) {
    const batch = patched(
      batchOf(type),
      (header) => writeInt64(header, 27, Number.MAX_SAFE_INTEGER - 1),
    );
    refused(
      "INVALID_RECORD",
      "Timestamp is not a safe integer",
      () => validate(batch, { timestampAfterMaxMs: Number.MAX_SAFE_INTEGER }),
    );
  }
});

Deno.test("offsets with gaps inside of a batch are closed by writing it anew", () => {
  for (const type of CODECS) {
    const input = patched(
      buildBatch(records().map((record, i) => ({ ...record, offset: i === 2 ? 5 : i })), {
        compression: { type },
      }),
      (header) => writeInt32(header, 23, 2),
    );
    const result = validate(input, { offset: 7 });
    assertEquals(offsets(only(result)), [7, 8, 9]);
    assertEquals([only(result).compressionType, result.messageSizeMaybeChanged], [type, true]);
  }
});

Deno.test("all records offset 0, as the header says otherwise, is refused by the header's count", () => {
  const batch = patched(batchOf("gzip"), (header) => writeInt32(header, 23, 0));
  refused(
    "INVALID_RECORD",
    "Inconsistent batch offset range [0, 0] and count of records 3",
    () => validate(batch),
  );
});

Deno.test("clients may not write control batches, coordinators may", () => {
  const marker = () =>
    buildEndTransactionMarker({
      ...{ timestamp: NOW, producerId: 23423, producerEpoch: 5 },
      ...{ type: "COMMIT" as const, coordinatorEpoch: 0 },
    });
  refused(
    "INVALID_RECORD",
    "Clients are not allowed to write control records",
    () => validate(marker()),
  );
  const result = validate(marker(), {
    offset: 1_234_567,
    origin: "coordinator",
    targetCompression: { type: "snappy" },
  });
  const written = only(result);
  assertEquals([written.isControlBatch, written.isCompressed, written.baseOffset], [
    ...[true, false, 1_234_567],
  ]);
});

Deno.test("a producer may not claim the time of append", () => {
  const input = () => batchOf("none", {}, { timestampType: "LogAppendTime", logAppendTime: NOW });
  const error = refused(
    "INVALID_TIMESTAMP",
    "invalid timestamp",
    () => validate(input(), { timestampType: "LogAppendTime" }),
  );
  assertStringIncludes(
    error.recordErrors[2]!.message,
    `DefaultRecord(offset=2, timestamp=${NOW}, key=0 bytes, value=9 bytes). ` +
      "Producer should not set timestamp type to LogAppendTime.",
  );
  // Kafka looks at it only when the topic stamps records, or the record has no time.
  assertEquals(only(validate(input())).timestampType, "CreateTime");
});

Deno.test("of several faults of one record the first counts, and timestamps give the error its code", () => {
  const list = [
    { value: bytes("a"), timestamp: NOW },
    { key: bytes("k"), value: bytes("b"), timestamp: NOW - 5000 },
    { value: bytes("c"), timestamp: NOW - 5000 },
    { key: bytes("k"), value: bytes("d"), timestamp: NOW },
  ];
  for (const target of ["none", "gzip"] as const) {
    const error = refused(
      "INVALID_TIMESTAMP",
      "invalid timestamp",
      () =>
        validate(buildBatch(list), {
          compactedTopic: true,
          targetCompression: { type: target },
        }),
    );
    assertEquals(
      error.recordErrors.map((each) => [each.batchIndex, each.message.split(" ")[0]]),
      [[0, "Compacted"], [1, "Timestamp"], [2, "Compacted"]],
    );
  }
});

Deno.test("a batch that would decompress to too much is refused", () => {
  const value = new Uint8Array(1 << 20);
  for (const type of CODECS.slice(1)) {
    for (const target of [type, "none"] as const) {
      const batch = buildBatch([{ value, timestamp: NOW }], { compression: { type } });
      refused("INVALID_RECORD", "Found invalid record structure", () =>
        validate(batch, {
          maxDecompressedBytes: 1 << 16,
          targetCompression: { type: target },
        }));
    }
  }
});

Deno.test("what does not decompress is refused", () => {
  for (const type of CODECS.slice(1)) {
    const batch = patched(batchOf(type), (whole) => whole.fill(0x5a, 61));
    refused("INVALID_RECORD", "Found invalid record structure", () => validate(batch));
  }
});

for (const magic of [0, 1]) {
  for (const type of ["none", "gzip", "snappy", "lz4"] as const) {
    Deno.test(`messages of magic ${magic} (${type}) become one batch of magic 2`, () => {
      for (const target of new Set([type, "none", "zstd"] as const)) {
        const result = validate(legacySet(magic, type), {
          offset: 1_234_567,
          targetCompression: { type: target },
          partitionLeaderEpoch: 4,
        });
        const written = only(result);
        assertEquals([offsets(written), values(written)], [
          ...[[1_234_567, 1_234_568, 1_234_569], words],
        ]);
        const expected = magic === 0 ? [-1, -1, -1] : [NOW, NOW + 1, NOW + 2];
        assertEquals([...written.records()].map((record) => record.timestamp), expected);
        assertEquals([written.maxTimestamp, result.maxTimestamp], [expected[2]!, expected[2]!]);
        assertEquals(result.offsetOfMaxTimestamp, magic === 0 ? -1 : 1_234_569);
        assertEquals([written.compressionType, written.timestampType], [target, "CreateTime"]);
        assertEquals([written.producerId, written.producerEpoch, written.baseSequence], [
          ...[-1, -1, -1],
        ]);
        assertEquals([written.partitionLeaderEpoch, result.nextOffset], [4, 1_234_570]);
        assertEquals([result.messageSizeMaybeChanged, result.recordStats.numRecordsConverted], [
          ...[true, 3],
        ]);
      }
    });

    Deno.test(`messages of magic ${magic} (${type}) get the time of append`, () => {
      const result = validate(legacySet(magic, type), { timestampType: "LogAppendTime" });
      const written = only(result);
      assertEquals([written.timestampType, written.maxTimestamp], ["LogAppendTime", NOW]);
      assertEquals([written.baseTimestamp, result.maxTimestamp], [magic === 0 ? -1 : NOW, NOW]);
    });

    Deno.test(`messages of magic ${magic} (${type}) are checked one by one`, () => {
      const error = refused(
        "INVALID_RECORD",
        "record errors",
        () => validate(legacySet(magic, type), { compactedTopic: true }),
      );
      assertEquals(error.recordErrors.length, type === "none" ? 1 : 3);
      validate(legacySet(magic, type, bytes("key")), { compactedTopic: true });
      if (magic === 1) {
        refused(
          "INVALID_TIMESTAMP",
          "invalid timestamp",
          () => validate(legacySet(magic, type), { now: NOW + 5000 }),
        );
      }
    });
  }

  Deno.test(`inner messages of magic ${magic} whose offsets are wrong get the right ones`, () => {
    const messages = words.map((word) => legacyMessage(magic, 0, bytes(word)));
    const result = validate(wrapper(magic, "gzip", ...messages), { offset: 5 });
    assertEquals(offsets(only(result)), [5, 6, 7]);
  });

  Deno.test(`an inner message of magic ${magic} with a wrong checksum is corrupt`, () => {
    for (const type of ["gzip", "snappy", "lz4"] as const) {
      const inner = legacyMessage(magic, 0, bytes("hello"), { badCrc: true });
      assertThrows(
        () => validate(wrapper(magic, type, inner)),
        CorruptRecordError,
        "Record is corrupt",
      );
    }
  });

  Deno.test(`inner messages must be of magic ${magic} as their wrapper`, () => {
    const messages = Array.from(
      { length: 20 },
      (_, i) => legacyMessage(1 - magic, i, bytes(`${i}`)),
    );
    const error = refused(
      "INVALID_RECORD",
      "rejected due to 20 record errors",
      () => validate(wrapper(magic, "gzip", ...messages)),
    );
    assertEquals(error.recordErrors.length, 20);
    assertStringIncludes(
      error.recordErrors[0]!.message,
      `magic does not match outer magic ${magic} in topic partition topic-0`,
    );
  });

  Deno.test(`compressed messages of magic ${magic} come in one wrapper, plain ones in any number`, () => {
    const inner = legacyMessage(magic, 0, bytes("a"));
    refused(
      "INVALID_RECORD",
      "has more than one batch",
      () => validate(join(wrapper(magic, "gzip", inner), wrapper(magic, "gzip", inner))),
    );
    for (const target of ["none", "gzip"] as const) {
      const result = validate(join(inner, inner), { targetCompression: { type: target } });
      assertEquals(offsets(only(result)), [0, 1]);
    }
  });

  Deno.test(`a plain message of magic ${magic} with a wrong checksum is corrupt, wherever it stands`, () => {
    const good = legacyMessage(magic, 0, bytes("a"));
    const bad = legacyMessage(magic, 0, bytes("b"), { badCrc: true });
    assertThrows(() => validate(join(bad, good)), CorruptRecordError);
    assertThrows(() => validate(join(good, bad)), CorruptRecordError);
  });
}

Deno.test("batches of different formats do not mix", () => {
  const mixed = join(legacyMessage(1, 0, bytes("a")), legacyMessage(0, 0, bytes("b")));
  refused(
    "INVALID_RECORD",
    "Batch magic 0 is not the same as the first batch's magic byte 1",
    () => validate(mixed),
  );
});

Deno.test("many records, large and small, with headers, far timestamps: in place they come out as they went in", () => {
  const list: NewRecord[] = Array.from({ length: 300 }, (_, i) => ({
    key: i % 3 === 0 ? null : new Uint8Array(i % 200),
    value: i % 7 === 0 ? null : new Uint8Array(i * 40),
    timestamp: i % 11 === 0 ? -1 : NOW - i * 1_000_003,
    ...(i % 5 === 0 ? { headers: [{ key: "ä".repeat(i % 90), value: new Uint8Array(i) }] } : {}),
  }));
  const batch = buildBatch(list);
  const result = validate(batch, { timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER });
  assertStrictEquals(result.records, batch);
  assertEquals([result.maxTimestamp, result.offsetOfMaxTimestamp], [NOW - 1_000_003, 1]);
});

Deno.test("any flipped byte of the records behind a right checksum gives a typed error or a readable batch", () => {
  const headers = [{ key: "name", value: bytes("v") }];
  const size = batchOf("none", { key: bytes("k"), headers }).length;
  for (let at = 61; at < size; at++) {
    for (const flip of [1, 0x80, 0xff, 0x7f]) {
      const batch = patched(batchOf("none", { key: bytes("k"), headers }), (whole) => {
        whole[at]! ^= flip;
      });
      try {
        const result = validate(batch, { timestampBeforeMaxMs: Number.MAX_SAFE_INTEGER });
        assertEquals(offsets(only(result)), [0, 1, 2]);
      } catch (error) {
        assert(error instanceof InvalidRecordError, `${at}, ${flip}: ${error}`);
      }
    }
  }
});
