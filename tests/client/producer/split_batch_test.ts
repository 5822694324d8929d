import { assertEquals } from "@std/assert";
import { splitBatch } from "../../../client/producer/split_batch.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { silentLogger } from "../../../storage/env.ts";
import { batchOf, type Heard } from "../../support/producer_parts.ts";

const text = new TextDecoder();

Deno.test("records keep their order and who waits for them, in batches of the size that is asked for", () => {
  const heard: Heard[] = [];
  const values = Array.from({ length: 10 }, (_, i) => `value-${i}-${"x".repeat(40)}`);
  const batch = batchOf(values, { heard, createdMs: 77 });
  const parts = splitBatch(batch, 250, { type: "none" });
  assertEquals(parts.length > 2, true);
  assertEquals(
    parts.flatMap((part) =>
      Array.from(new RecordBatch(part.build()).records(), ({ value }) => text.decode(value!))
    ),
    values,
  );
  for (const part of parts) {
    assertEquals([part.isSplit, part.createdMs, part.isFull], [true, 77, true]);
    assertEquals(part.build().length <= 250, true);
  }
  parts.forEach((part, index) => part.succeed(index * 100, -1, silentLogger));
  assertEquals(heard.length, 10);
  assertEquals(heard.slice(0, 4), [0, 1, 2, 100]);
});

Deno.test("a part that is still too large is halved", () => {
  const values = Array.from({ length: 8 }, () => "x".repeat(40));
  const [part] = splitBatch(batchOf(values), 16_384, { type: "none" });
  assertEquals(part!.count, 8);
  part!.build();
  const halves = splitBatch(part!, 16_384, { type: "none" });
  assertEquals(halves.map(({ count }) => count), [3, 3, 2]);
});
