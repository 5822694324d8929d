import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { writeInt32 } from "../../../storage/bytes/byte_writer.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { LegacyRecordBatch } from "../../../storage/record/legacy_record_batch.ts";
import {
  batchAt,
  batchesIn,
  batchSizeAt,
  validBytes,
} from "../../../storage/record/memory_records.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";

function twoBatches(): { bytes: Uint8Array; second: number } {
  const first = buildBatch([{ timestamp: 1 }, { timestamp: 2 }]);
  const second = buildBatch([{ timestamp: 3 }], { baseOffset: 2 });
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return { bytes, second: first.length };
}

Deno.test("batches are found one behind the other", () => {
  const { bytes, second } = twoBatches();
  const batches = [...batchesIn(bytes)];
  assertEquals(batches.map((batch) => [batch.start, batch.baseOffset]), [[0, 0], [second, 2]]);
  assertEquals([...batchesIn(bytes, second)].length, 1);
  assertEquals(validBytes(bytes), bytes.length);
});

Deno.test("a last batch that is cut off anywhere is left out", () => {
  const { bytes, second } = twoBatches();
  for (let end = second; end < bytes.length; end++) {
    assertEquals([...batchesIn(bytes, 0, end)].length, 1);
    assertEquals(validBytes(bytes, 0, end), second);
    assertThrows(() => batchAt(bytes.subarray(0, end), second), CorruptRecordError, "cut off");
  }
  assertEquals(batchSizeAt(bytes, second, second + 16), undefined);
  assertEquals(batchSizeAt(bytes, second, second + 17), bytes.length - second);
});

Deno.test("a size that no batch has is corrupt", () => {
  for (const size of [0, 13, -1, -(2 ** 31), 48]) {
    const { bytes, second } = twoBatches();
    writeInt32(bytes, second + 8, size);
    const batches = batchesIn(bytes);
    batches.next();
    assertThrows(() => batches.next(), CorruptRecordError);
    assertThrows(() => batchAt(bytes, second), CorruptRecordError);
  }
});

Deno.test("a size above the largest message is corrupt", () => {
  const { bytes } = twoBatches();
  assertThrows(() => [...batchesIn(bytes, 0, bytes.length, 50)], CorruptRecordError, "exceeds");
});

Deno.test("a magic that no batch has is corrupt", () => {
  for (const magic of [3, 127, 0xff]) {
    const { bytes } = twoBatches();
    bytes[16] = magic;
    assertThrows(() => [...batchesIn(bytes)], CorruptRecordError, "Invalid magic found in record");
  }
});

Deno.test("the magic decides how a batch is read", () => {
  const { bytes } = twoBatches();
  assertInstanceOf(batchAt(bytes, 0), RecordBatch);
  bytes[16] = 1;
  assertInstanceOf(batchAt(bytes, 0), LegacyRecordBatch);
});
