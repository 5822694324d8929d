import { assertEquals } from "@std/assert";
import { OutputBuffer } from "../../../storage/cleaner/output_buffer.ts";
import { RecordColumns } from "../../../storage/cleaner/record_columns.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { bytesOf } from "../../support/partition_log.ts";

function columnsOf(batch: RecordBatch): RecordColumns {
  const columns = new RecordColumns();
  columns.read(batch.cursor());
  return columns;
}

Deno.test("columns tell where records lie, how long they are and when they were made", () => {
  const batch = new RecordBatch(buildBatch([
    { key: bytesOf("ab"), value: bytesOf("value"), timestamp: 1000 },
    { key: null, value: null, timestamp: 900, offset: 7 },
    { key: bytesOf(""), value: bytesOf(""), timestamp: 5000, offset: 9 },
  ], { baseOffset: 5 }));
  const columns = columnsOf(batch);
  assertEquals(columns.count, 3);
  assertEquals([...columns.keySizes.subarray(0, 3)], [2, -1, 0]);
  assertEquals([...columns.valueSizes.subarray(0, 3)], [5, -1, 0]);
  assertEquals([...columns.offsetDeltas.subarray(0, 3)], [0, 2, 4]);
  const at = columns.keyStarts[0]!;
  assertEquals(columns.bytes.subarray(at, at + 2), bytesOf("ab"));

  columns.retained.set([0, 1, 1]);
  columns.retain();
  assertEquals(
    [columns.count, columns.firstTimestamp, columns.maxTimestamp, columns.containsTombstones],
    [2, 900, 5000, true],
  );
});

Deno.test("more records than the columns had room for", () => {
  const records = Array.from({ length: 3000 }, (_, i) => ({ key: bytesOf(`${i}`), timestamp: i }));
  const batch = new RecordBatch(buildBatch(records));
  const columns = columnsOf(batch);
  assertEquals([columns.count, columns.offsetDeltas[2999], columns.keySizes[2999]], [
    3000,
    2999,
    4,
  ]);
  columns.retained.fill(1, 0, 3000);
  columns.retain();
  const output = new OutputBuffer(16);
  columns.copyTo(output);
  assertEquals(output.bytes.subarray(0, output.length), batch.bytes.subarray(61));
});

Deno.test("rebasing with the base they have gives the same bytes", () => {
  const records = [3, 900, 1_000_000, 2 ** 41].map((timestamp, i) => ({
    key: bytesOf("k".repeat(i * 30)),
    value: bytesOf("v".repeat(i)),
    timestamp,
    headers: [{ key: "name", value: bytesOf("x") }],
  }));
  const batch = new RecordBatch(buildBatch(records));
  const columns = columnsOf(batch);
  columns.retained.fill(1, 0, 4);
  columns.retain();
  const output = new OutputBuffer(16);
  columns.rebaseTo(output, 3);
  assertEquals(output.bytes.subarray(0, output.length), batch.bytes.subarray(61));
});
