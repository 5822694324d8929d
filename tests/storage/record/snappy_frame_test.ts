import { assertEquals, assertThrows } from "@std/assert";
import { writeInt32 } from "../../../storage/bytes/byte_writer.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { snappyCompress, snappyDecompress } from "../../../storage/record/snappy_frame.ts";

const HEADER = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1];
const RAW = [3, 0x08, 1, 2, 3];
const CHUNK = [0, 0, 0, 5, ...RAW];

function decompress(...bytes: number[]): number[] {
  return [...snappyDecompress(Uint8Array.from(bytes), 0, bytes.length, 1000)];
}

Deno.test("Java's framing is written, in chunks of 32 KiB", () => {
  const bytes = snappyCompress(new Uint8Array(100_000));
  assertEquals([...bytes.subarray(0, 16)], HEADER);
  let chunks = 0;
  for (let at = 16; at < bytes.length; at += 4 + new DataView(bytes.buffer).getInt32(at)) chunks++;
  assertEquals(chunks, 4);
});

Deno.test("framed, joined and raw input is read", () => {
  assertEquals(decompress(...HEADER), []);
  assertEquals(decompress(...HEADER, ...CHUNK, ...CHUNK), [1, 2, 3, 1, 2, 3]);
  assertEquals(decompress(...HEADER, ...CHUNK, ...HEADER, ...CHUNK), [1, 2, 3, 1, 2, 3]);
  assertEquals(decompress(...RAW), [1, 2, 3]);
});

Deno.test("chunks that lead out of the input, and framing too old, are corrupt", () => {
  assertThrows(() => decompress(...HEADER, 0, 0, 0), CorruptRecordError, "Snappy chunk");
  assertThrows(() => decompress(...HEADER, 0, 0, 0, 6, ...RAW), CorruptRecordError, "length: 6");
  assertThrows(() => decompress(...HEADER, 0xff, 0, 0, 6, ...RAW), CorruptRecordError);
  const old = Uint8Array.of(...HEADER, ...CHUNK);
  writeInt32(old, 8, 0);
  assertThrows(() => decompress(...old), CorruptRecordError, "too old");
});
