import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { batchAt } from "../../../storage/record/memory_records.ts";
import { BATCH_FIELD } from "../../../storage/record/record_batch.ts";
import {
  isLegacyAt,
  lastOffsetAt,
  maxTimestampAt,
  partitionLeaderEpochAt,
} from "../../../storage/segment/batch_header.ts";
import { batch, join, legacyMessage } from "../../support/segments.ts";

Deno.test("header fields in raw bytes are those that a batch tells, at every magic", () => {
  const lead = new Uint8Array(7);
  const samples = [
    batch(40, ["a", "b", "c"], { partitionLeaderEpoch: 9 }),
    batch(2 ** 40, ["a"]),
    legacyMessage(77, 1, 1_700_000_000_000, "one"),
    legacyMessage(78, 0, 0, "zero"),
  ];
  for (const sample of samples) {
    const bytes = join(lead, sample);
    const expected = batchAt(bytes, lead.length);
    assertEquals(isLegacyAt(bytes, 7), expected.magic < 2);
    assertEquals(lastOffsetAt(bytes, 7), expected.lastOffset);
    assertEquals(maxTimestampAt(bytes, 7), expected.maxTimestamp);
    assertEquals(partitionLeaderEpochAt(bytes, 7), expected.partitionLeaderEpoch);
  }
});

Deno.test("a batch that ends before it begins is told", () => {
  const bytes = batch(40, ["a", "b"]);
  bytes[BATCH_FIELD.lastOffsetDelta]! |= 0x80;
  assertThrows(() => lastOffsetAt(bytes, 0), CorruptRecordError, "ends before it begins");
});
