import { assert, assertEquals, assertThrows } from "@std/assert";
import { writeInt16 } from "../../../storage/bytes/byte_writer.ts";
import { CorruptRecordError, InvalidRecordError } from "../../../storage/errors.ts";
import {
  buildEndTransactionMarker,
  CONTROL_RECORD_TYPE_ID,
  controlRecordKey,
  type ControlRecordType,
  controlRecordTypeForId,
  endTransactionMarkerValue,
  parseControlRecordKey,
  parseEndTransactionMarker,
} from "../../../storage/record/control_record.ts";
import type { Record } from "../../../storage/record/record.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";

function recordOf(key: Uint8Array | null, value: Uint8Array | null): Record {
  const [record] = [...new RecordBatch(buildBatch([{ key, value }]))];
  return record!;
}

Deno.test("every type's key is read back", () => {
  for (const [name, id] of Object.entries(CONTROL_RECORD_TYPE_ID)) {
    const type = name as Exclude<ControlRecordType, "UNKNOWN">;
    assertEquals([...controlRecordKey(type)], [0, 0, 0, id]);
    assertEquals(parseControlRecordKey(controlRecordKey(type)), { version: 0, typeId: id, type });
    assertEquals(controlRecordTypeForId(id), type);
  }
});

Deno.test("a type of a later version is unknown, a later version of the key is read as the first", () => {
  assertEquals(parseControlRecordKey(Uint8Array.of(0, 0, 0, 99)).type, "UNKNOWN");
  assertEquals(
    parseControlRecordKey(Uint8Array.of(0xff, 0xff, 0xff, 0xff).fill(0x7f)).typeId,
    0x7f7f,
  );
  assertEquals(parseControlRecordKey(Uint8Array.of(0, 5, 0, 1, 7, 7)), {
    version: 5,
    typeId: 1,
    type: "COMMIT",
  });
});

Deno.test("a key that is missing, too short or of a negative version is corrupt", () => {
  assertThrows(() => parseControlRecordKey(null), CorruptRecordError, ": 0");
  assertThrows(() => parseControlRecordKey(new Uint8Array(3)), CorruptRecordError, ": 3");
  const negative = Uint8Array.of(0xff, 0xff, 0, 1);
  assertThrows(() => parseControlRecordKey(negative), CorruptRecordError, "version");
});

Deno.test("an end-of-transaction marker is built as Kafka builds it, and read back", () => {
  for (const type of ["COMMIT", "ABORT"] as const) {
    const bytes = buildEndTransactionMarker({
      offset: 50,
      timestamp: 12345,
      producerId: 9,
      producerEpoch: 2,
      type,
      coordinatorEpoch: 347,
      partitionLeaderEpoch: 4,
    });
    assertEquals(bytes.length, 78);
    const batch = new RecordBatch(bytes);
    batch.ensureValid();
    assert(batch.isControlBatch && batch.isTransactional);
    assertEquals([batch.baseOffset, batch.lastOffset, batch.count], [50, 50, 1]);
    assertEquals([batch.producerId, batch.producerEpoch, batch.baseSequence], [9, 2, -1]);
    assertEquals([batch.maxTimestamp, batch.partitionLeaderEpoch], [12345, 4]);
    const [record] = [...batch];
    assertEquals(parseEndTransactionMarker(record!), { type, coordinatorEpoch: 347 });
  }
});

Deno.test("a marker needs a producer", () => {
  const options = { timestamp: 1, producerEpoch: 0, type: "ABORT", coordinatorEpoch: 0 } as const;
  assertThrows(
    () => buildEndTransactionMarker({ ...options, producerId: -1 }),
    InvalidRecordError,
    "valid producer id",
  );
});

Deno.test("a later version of a marker is read as the first, a negative one is corrupt", () => {
  const value = new Uint8Array(10);
  value.set(endTransactionMarkerValue(9));
  writeInt16(value, 0, 1);
  const key = controlRecordKey("ABORT");
  assertEquals(parseEndTransactionMarker(recordOf(key, value)).coordinatorEpoch, 9);
  writeInt16(value, 0, -1);
  assertThrows(
    () => parseEndTransactionMarker(recordOf(key, value)),
    CorruptRecordError,
    "version",
  );
});

Deno.test("a marker that is cut off, or not one, is corrupt", () => {
  const key = controlRecordKey("COMMIT");
  for (const value of [null, new Uint8Array(0), new Uint8Array(5)]) {
    assertThrows(
      () => parseEndTransactionMarker(recordOf(key, value)),
      CorruptRecordError,
      "cut off",
    );
  }
  for (const other of [controlRecordKey("LEADER_CHANGE"), Uint8Array.of(0, 0, 0, 77)]) {
    const record = recordOf(other, endTransactionMarkerValue(1));
    assertThrows(() => parseEndTransactionMarker(record), CorruptRecordError, "Invalid control");
  }
});
