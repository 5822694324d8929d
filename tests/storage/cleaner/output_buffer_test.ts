import { assertEquals } from "@std/assert";
import { OutputBuffer } from "../../../storage/cleaner/output_buffer.ts";

Deno.test("what is appended stays in order while the buffer grows", () => {
  const buffer = new OutputBuffer(4);
  const source = Uint8Array.from({ length: 10 }, (_, i) => i);
  buffer.append(source, 2, 5);
  buffer.append(source, 5, 10);
  const at = buffer.extend(1);
  buffer.bytes[at] = 99;
  assertEquals([...buffer.bytes.subarray(0, buffer.length)], [2, 3, 4, 5, 6, 7, 8, 9, 99]);
});

Deno.test("restoring gives the memory back, clearing keeps it", () => {
  const buffer = new OutputBuffer(4);
  buffer.extend(100);
  buffer.clear();
  assertEquals(buffer.length, 0);
  assertEquals(buffer.bytes.length >= 100, true);
  buffer.restore();
  assertEquals([buffer.length, buffer.bytes.length], [0, 4]);
});
