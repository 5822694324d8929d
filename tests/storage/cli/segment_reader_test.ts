import { assertEquals, assertThrows } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { SegmentReader } from "../../../storage/cli/segment_reader.ts";
import { legacyMessage } from "./legacy_message.ts";
import { concat, memoryWith, textBatch, utf8 } from "./cli_support.ts";

Deno.test("batches are found wherever the window stands", () => {
  const batches = Array.from({ length: 50 }, (_, i) => textBatch(i, ["x".repeat(50_000)]));
  const reader = new SegmentReader(memoryWith({ "/0.log": concat(...batches) }), "/0.log");
  const positions: number[] = [];
  let position = 0;
  for (let i = 0; i < 50; i++) {
    const size = 12 + reader.lengthAt(position);
    assertEquals(reader.batchAt(position, size).baseOffset, i);
    assertEquals(reader.batchAt(position, size).isValid, true);
    positions.push(position);
    position += size;
  }
  assertEquals(position, reader.size);
  for (const [i, at] of [...positions.entries()].reverse()) {
    assertEquals(reader.batchAt(at, 12 + reader.lengthAt(at)).baseOffset, i);
  }
  reader.close();
});

Deno.test("a batch larger than the window is read whole, an old message as what it is", () => {
  const large = textBatch(0, ["y".repeat(3_000_000)]);
  const old = legacyMessage({ magic: 1, offset: 1, value: utf8("v") });
  const reader = new SegmentReader(memoryWith({ "/0.log": concat(large, old) }), "/0.log");
  assertEquals(reader.batchAt(0, large.length).isValid, true);
  assertEquals(reader.batchAt(large.length, old.length).magic, 1);
  assertEquals(reader.available(large.length), old.length);
  reader.close();
});

Deno.test("a file that is not there is an error of the disk", () => {
  assertThrows(() => new SegmentReader(memoryWith({}), "/0.log"), LogDirError);
});
