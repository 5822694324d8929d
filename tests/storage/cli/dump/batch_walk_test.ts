import { assertEquals, assertThrows } from "@std/assert";
import { batchSizeAt, lastOffsetAt } from "../../../../storage/cli/dump/batch_walk.ts";
import { SegmentReader } from "../../../../storage/cli/segment_reader.ts";
import { ToolFailure } from "../../../../storage/cli/tool.ts";
import { concat, memoryWith, textBatch, utf8 } from "../cli_support.ts";
import { legacyMessage } from "../legacy_message.ts";

const batch = textBatch(5, ["a", "b"]);
const old = legacyMessage({ magic: 1, offset: 9, value: utf8("v") });

function reader(bytes: Uint8Array): SegmentReader {
  return new SegmentReader(memoryWith({ "/0.log": bytes }), "/0.log");
}

Deno.test("the walk ends before a batch that is not all there", () => {
  const file = reader(concat(batch, old));
  assertEquals(batchSizeAt(file, 0, file.size, "x"), batch.length);
  assertEquals(batchSizeAt(file, 0, batch.length - 1, "x"), 0);
  assertEquals(batchSizeAt(file, batch.length, file.size, "x"), old.length);
  assertEquals(batchSizeAt(file, batch.length, batch.length + 17, "x"), 0);
  file.close();
});

Deno.test("the last offset comes from the header of either format", () => {
  const file = reader(concat(batch, old));
  assertEquals(lastOffsetAt(file, 0), 6);
  assertEquals(lastOffsetAt(file, batch.length), 9);
  file.close();
});

Deno.test("a length that is too small ends the tool as it does Kafka's", () => {
  const file = reader(new Uint8Array(100));
  assertThrows(
    () => batchSizeAt(file, 0, 100, "/a.log"),
    ToolFailure,
    "CorruptRecordException: Found record size 0 smaller than minimum record overhead (14) in file /a.log.",
  );
  file.close();
});
