import { assertEquals, assertInstanceOf } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import { SegmentOffsetOverflowError } from "../../../storage/segment/segment_offset_overflow_error.ts";

Deno.test("an overflow tells the segment and the offset", () => {
  const error = new SegmentOffsetOverflowError(5, 3_000_000_000, "/5.log");
  assertInstanceOf(error, StorageError);
  assertEquals([error.baseOffset, error.offset], [5, 3_000_000_000]);
  assertEquals(error.name, "SegmentOffsetOverflowError");
});
