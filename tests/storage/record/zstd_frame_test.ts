import { assertThrows } from "@std/assert";
import { zstdCompressSync } from "node:zlib";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { ensureWholeZstdFrames } from "../../../storage/record/zstd_frame.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

const frames = [
  new Uint8Array(0),
  new Uint8Array(300_000),
  pseudoRandomBytes(300_000, 1),
  new TextEncoder().encode("text text text"),
].map((bytes) => new Uint8Array(zstdCompressSync(bytes)));

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

Deno.test("whole frames are accepted, alone, joined, and with a skippable one between", () => {
  for (const frame of frames) ensureWholeZstdFrames(frame, 0, frame.length);
  const skippable = Uint8Array.of(0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7);
  const joined = join(frames[1]!, skippable, frames[3]!);
  ensureWholeZstdFrames(joined, 0, joined.length);
});

Deno.test("a frame that is cut off anywhere, or followed by something else, is corrupt", () => {
  for (const frame of frames) {
    const step = Math.max(1, frame.length >> 7);
    for (let end = 0; end < frame.length; end += step) {
      assertThrows(() => ensureWholeZstdFrames(frame, 0, end), CorruptRecordError);
    }
    assertThrows(() => ensureWholeZstdFrames(frame, 0, frame.length - 1), CorruptRecordError);
    const trailed = join(frame, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    assertThrows(() => ensureWholeZstdFrames(trailed, 0, trailed.length), CorruptRecordError);
  }
});
