import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import {
  decrementSequence,
  incrementSequence,
  RecordCursor,
  RecordIterator,
} from "../../../storage/record/record_cursor.ts";

const context = {
  baseOffset: 10,
  baseTimestamp: 1000,
  logAppendTime: undefined,
  baseSequence: -1,
  count: 1,
};

/** Reads one record of these bytes. */
function read(...bytes: number[]) {
  const cursor = new RecordCursor(Uint8Array.from(bytes), 0, bytes.length, context);
  return new RecordIterator(cursor).next().value;
}

function assertCorrupt(message: string, ...bytes: number[]) {
  assertThrows(() => read(...bytes), CorruptRecordError, message);
}

Deno.test("a record's fields are read", () => {
  // length 11: attributes, timestamp +3, offset +2, key "k", value "v", one header "h" with null value
  const record = read(22, 0, 6, 4, 2, 107, 2, 118, 2, 2, 104, 1);
  assertEquals([record.offset, record.timestamp, record.sequence], [12, 1003, -1]);
  assertEquals([record.keySize, record.valueSize, record.sizeInBytes], [1, 1, 12]);
  assertEquals(record.headers, [{ key: "h", value: null }]);
});

Deno.test("a length that leads out of the batch is corrupt", () => {
  assertCorrupt("Record length leads out of the batch", 14, 0, 0, 0, 1, 1, 0);
  assertCorrupt("Record length leads out of the batch", 1, 0, 0, 0, 1, 1, 0);
  assertCorrupt("Record length leads out of the batch", 0xfe, 0xff, 0xff, 0xff, 0x0f, 0, 0);
  assertCorrupt("varint");
});

Deno.test("a length that does not match the content is corrupt", () => {
  assertCorrupt("does not match its content", 14, 0, 0, 0, 1, 1, 0, 0);
  assertCorrupt("does not match its content", 10, 0, 0, 0, 1, 1, 0);
  assertCorrupt("does not match its content", 0, 0, 0, 0, 1, 1, 0);
});

Deno.test("a key or value that leads out of its record is corrupt", () => {
  assertCorrupt("varint", 12, 0, 0, 0, 120, 1, 0);
  assertCorrupt("varint", 12, 0, 0, 0, 1, 120, 0);
  assertCorrupt("", 18, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0);
});

Deno.test("header counts and sizes that can't be are corrupt", () => {
  assertCorrupt("Found invalid number of record headers: -1", 12, 0, 0, 0, 1, 1, 1);
  assertCorrupt("Found invalid number of record headers: 20", 12, 0, 0, 0, 1, 1, 40);
  assertCorrupt("Invalid header key size: -1", 16, 0, 0, 0, 1, 1, 2, 1, 1);
  assertCorrupt("varint", 16, 0, 0, 0, 1, 1, 2, 40, 1);
  assertCorrupt("Header leads out of its record", 16, 0, 0, 0, 1, 1, 2, 0, 40);
  // Two headers announced, one there; one announced, two there.
  assertCorrupt("", 16, 0, 0, 0, 1, 1, 4, 0, 1);
  assertCorrupt("does not match its content", 20, 0, 0, 0, 1, 1, 2, 0, 1, 0, 1);
});

Deno.test("a timestamp that is cut off, or too big, is corrupt", () => {
  assertCorrupt("past position", 4, 0, 0xff);
  const ff = 0xff;
  assertCorrupt(
    "longer than 10 bytes",
    34,
    0,
    ff,
    ff,
    ff,
    ff,
    ff,
    ff,
    ff,
    ff,
    ff,
    ff,
    1,
    0,
    1,
    1,
    0,
    0,
    0,
  );
  assertCorrupt("safe integer", 30, 0, 0xfe, ff, ff, ff, ff, ff, ff, ff, ff, 1, 0, 1, 1, 0);
});

Deno.test("a timestamp beyond the safe integers is corrupt, however short its delta is", () => {
  const timestampAt = (baseTimestamp: number, delta: number) => {
    const bytes = Uint8Array.of(12, 0, delta, 0, 1, 1, 0);
    const cursor = new RecordCursor(bytes, 0, bytes.length, { ...context, baseTimestamp });
    cursor.advance();
    return cursor.timestamp;
  };
  const far = Number.MAX_SAFE_INTEGER;
  assertEquals([timestampAt(far - 1, 2), timestampAt(1 - far, 1)], [far, -far]);
  for (const [base, delta] of [[far, 2], [-far, 1]] as const) {
    assertThrows(() => timestampAt(base, delta), CorruptRecordError, "safe integer");
  }
});

Deno.test("bytes behind the last record, and a negative count, are corrupt", () => {
  assertCorrupt("Bytes left in the batch behind its last record: 1", 12, 0, 0, 0, 1, 1, 0, 0);
  const negative = { ...context, count: -1 };
  assertThrows(
    () => new RecordCursor(new Uint8Array(0), 0, 0, negative),
    CorruptRecordError,
    "count",
  );
});

Deno.test("a record never reads what lies behind its batch", () => {
  // The batch ends after 3 bytes; what follows would complete the record.
  const bytes = Uint8Array.of(12, 0, 0, 0, 1, 1, 0);
  for (let end = 0; end < bytes.length; end++) {
    const cursor = new RecordCursor(bytes, 0, end, context);
    assertThrows(() => cursor.advance(), CorruptRecordError);
  }
});

Deno.test("a base offset that leaves no room for deltas is corrupt", () => {
  const high = { ...context, baseOffset: Number.MAX_SAFE_INTEGER };
  assertThrows(() => new RecordCursor(new Uint8Array(0), 0, 0, high), CorruptRecordError, "offset");
});

Deno.test("sequences wrap from 2^31 - 1 to 0 and back", () => {
  assertEquals(incrementSequence(0, 5), 5);
  assertEquals(incrementSequence(2 ** 31 - 1, 1), 0);
  assertEquals(incrementSequence(2 ** 31 - 5, 9), 4);
  assertEquals(decrementSequence(0, 1), 2 ** 31 - 1);
  assertEquals(decrementSequence(4, 9), 2 ** 31 - 5);
  assertEquals(decrementSequence(9, 9), 0);
});
