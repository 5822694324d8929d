import { assertEquals, assertThrows } from "@std/assert";
import { SegmentReader } from "../../../storage/cleaner/segment_reader.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { append, openCompactedLog } from "../../support/compacted_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

function logWith(values: readonly string[]) {
  const log = openCompactedLog(manualEnv(), { "internal.segment.bytes": "1000000" });
  values.forEach((value, i) => append(log, i, value));
  return log;
}

Deno.test("a segment is read in pieces of whole batches", () => {
  const log = logWith(Array.from({ length: 20 }, (_, i) => "x".repeat(i)));
  const segment = log.activeSegment;
  const reader = new SegmentReader(250);
  const offsets: number[] = [];
  let position = 0;
  let fills = 0;
  while (position < segment.size) {
    reader.fill(segment, position, segment.size);
    fills++;
    for (let batch = reader.nextBatch(); batch !== undefined; batch = reader.nextBatch()) {
      offsets.push(batch.baseOffset);
    }
    position += reader.consumed;
  }
  assertEquals(offsets, Array.from({ length: 20 }, (_, i) => i));
  assertEquals([position, fills >= 6], [segment.size, true]);
  log.close();
});

Deno.test("the buffer grows for a batch that is larger, and shrinks again", () => {
  const log = logWith(["x".repeat(5000), "y"]);
  const segment = log.activeSegment;
  const reader = new SegmentReader(100);
  reader.fill(segment, 0, segment.size);
  const size = reader.nextBatch()!.sizeInBytes;
  assertEquals([reader.consumed, reader.bufferSize], [size, size]);
  reader.restore();
  assertEquals(reader.bufferSize, 100);
  log.close();
});

Deno.test("a batch that ends behind what may be read is damage", () => {
  const log = logWith(["x".repeat(500)]);
  const segment = log.activeSegment;
  for (const end of [5, 16, segment.size - 1]) {
    assertThrows(() => new SegmentReader(50).fill(segment, 0, end), CorruptRecordError);
  }
  log.close();
});
