import { assertEquals, assertThrows } from "@std/assert";
import { xxhash32 } from "../../../storage/bytes/xxhash32.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { lz4Compress, lz4Decompress } from "../../../storage/record/lz4_frame.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

interface FrameOptions {
  flg?: number;
  bd?: number;
  checksum?: number;
  contentSize?: number[];
  blockChecksum?: number;
  tail?: number[];
}

function littleEndian(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24];
}

/** A frame of one stored block 1 2 3. */
function frame(options: FrameOptions = {}): Uint8Array {
  const { flg = 0x60, bd = 0x40, contentSize = [], tail = [] } = options;
  const descriptor = Uint8Array.of(flg, bd, ...contentSize);
  const checksum = options.checksum ?? (xxhash32(descriptor) >> 8) & 0xff;
  const blockChecksum = options.blockChecksum === undefined
    ? []
    : littleEndian(options.blockChecksum);
  return Uint8Array.of(
    ...[0x04, 0x22, 0x4d, 0x18, ...descriptor, checksum],
    ...[3, 0, 0, 0x80, 1, 2, 3, ...blockChecksum, 0, 0, 0, 0, ...tail],
  );
}

/** A frame of blocks of up to 64 KiB, or what `bd` says, made of fields and blocks by turns. */
function framed(blocks: Iterable<number>[], bd = 0x40): Uint8Array {
  const header = frame({ bd }).subarray(0, 7);
  return Uint8Array.from([...header, ...blocks.flatMap((bytes) => [...bytes]), 0, 0, 0, 0]);
}

function decompress(bytes: Uint8Array, ignoreHeaderChecksum = false): number[] {
  return [...lz4Decompress(bytes, 0, bytes.length, 1000, ignoreHeaderChecksum)];
}

Deno.test("a frame starts with Kafka's header and ends with an end mark", () => {
  const bytes = lz4Compress(new Uint8Array(100));
  assertEquals([...bytes.subarray(0, 7)], [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
  assertEquals([...bytes.subarray(-4)], [0, 0, 0, 0]);
});

Deno.test("bytes that do not shrink are stored", () => {
  const source = pseudoRandomBytes(70_000, 3);
  const bytes = lz4Compress(source);
  assertEquals(bytes.length, 7 + 2 * 4 + 70_000 + 4);
  assertEquals(bytes[10], 0x80);
  assertEquals(lz4Decompress(bytes, 0, bytes.length, 70_000), source);
});

Deno.test("content size, block checksums and content checksum are read", () => {
  assertEquals(decompress(frame()), [1, 2, 3]);
  assertEquals(decompress(frame({ flg: 0x68, contentSize: [3, 0, 0, 0, 0, 0, 0, 0] })), [1, 2, 3]);
  const blockChecksum = xxhash32(Uint8Array.of(1, 2, 3));
  assertEquals(decompress(frame({ flg: 0x70, blockChecksum })), [1, 2, 3]);
  assertEquals(decompress(frame({ flg: 0x64, tail: [9, 9, 9, 9] })), [1, 2, 3]);
});

Deno.test("a wrong header checksum is corrupt, but for magic 0", () => {
  const bytes = frame({ checksum: 0 });
  assertThrows(() => decompress(bytes), CorruptRecordError, "descriptor corrupted");
  assertEquals(decompress(bytes, true), [1, 2, 3]);
});

Deno.test("frames of a kind that Kafka does not read are corrupt", () => {
  for (const flg of [0x40, 0x20, 0xe0, 0x61, 0x62]) {
    assertThrows(() => decompress(frame({ flg })), CorruptRecordError, "unsupported");
  }
  for (const bd of [0x30, 0x00, 0x80, 0x41, 0xc0]) {
    assertThrows(() => decompress(frame({ bd })), CorruptRecordError, "unsupported");
  }
  const other = frame();
  other[0] = 5;
  assertThrows(() => decompress(other), CorruptRecordError, "Not an LZ4 frame");
});

Deno.test("broken blocks are corrupt", () => {
  assertThrows(
    () => decompress(frame({ flg: 0x70, blockChecksum: 1 })),
    CorruptRecordError,
    "block checksum",
  );
  assertThrows(() => decompress(frame({ flg: 0x64 })), CorruptRecordError, "cut off");
  const tooBig = frame();
  tooBig[9] = 2; // 128 KiB in a frame of 64 KiB blocks
  assertThrows(() => decompress(tooBig), CorruptRecordError, "exceeded max");
  // A block of zeros that decompresses to more than the 64 KiB its frame allows.
  const zeros = [0x1f, 0, 1, 0, ...new Array(300).fill(255), 0, 0x10, 0];
  const bomb = framed([littleEndian(zeros.length), zeros]);
  assertThrows(() => decompress(bomb), CorruptRecordError, "decompresses to more than 65536");
});

Deno.test("blocks of any size, stored or not, come out one behind the other", () => {
  const stored = [littleEndian(0x8000_0003), [1, 2, 3]];
  const run = [littleEndian(6), [0x1f, 4, 1, 0, 0, 0]]; // 20 bytes
  const twenty = new Array(20).fill(4);
  assertEquals(decompress(framed([])), []);
  assertEquals(decompress(framed(run)), twenty);
  assertEquals(decompress(framed([...run, ...stored])), [...twenty, 1, 2, 3]);
  assertEquals(decompress(framed([...stored, ...run, ...run])), [1, 2, 3, ...twenty, ...twenty]);
  for (const blocks of [[...run, ...stored], [...stored, ...run]]) {
    const bytes = framed(blocks);
    assertEquals(lz4Decompress(bytes, 0, bytes.length, 23).length, 23);
    assertThrows(() => lz4Decompress(bytes, 0, bytes.length, 22), CorruptRecordError, "limit");
  }
});

Deno.test("a match does not reach into the block before", () => {
  const bytes = framed([littleEndian(0x8000_0003), [1, 2, 3], littleEndian(4), [0, 1, 0, 0]]);
  assertThrows(() => decompress(bytes), CorruptRecordError, "outside of its block");
});

Deno.test("a frame of blocks of 4 MiB is read", () => {
  const size = 4 << 20;
  const rest = size - 1 - 4 - 15;
  const zeros = [0x1f, 0, 1, 0, ...new Array(Math.floor(rest / 255)).fill(255), rest % 255, 0];
  const bytes = framed(
    [littleEndian(zeros.length), zeros, littleEndian(zeros.length), zeros],
    0x70,
  );
  const out = lz4Decompress(bytes, 0, bytes.length, 2 * size);
  assertEquals([out.length, out.every((byte) => byte === 0)], [2 * size, true]);
  assertThrows(() => lz4Decompress(bytes, 0, bytes.length, 2 * size - 1), CorruptRecordError);
});

Deno.test("what was decompressed stays as it is, whatever comes after", () => {
  for (const random of [true, false]) {
    const sources = [1, 2].map((seed) =>
      random ? pseudoRandomBytes(1000, seed) : new Uint8Array(1000).fill(seed)
    );
    const frames = sources.map((source) => lz4Compress(source));
    const outs = frames.map((bytes) => lz4Decompress(bytes, 0, bytes.length, 1000));
    for (const bytes of frames) bytes.fill(9);
    assertEquals(outs, sources);
  }
});

Deno.test("every level gives a frame that is read", () => {
  const source = pseudoRandomBytes(150_000, 4).map((byte) => byte & 7);
  const sizes = [1, 9, 12].map((level) => {
    const bytes = lz4Compress(source, level);
    assertEquals(lz4Decompress(bytes, 0, bytes.length, source.length), source);
    return bytes.length;
  });
  assertEquals(sizes[2]! < sizes[1]!, true);
});
