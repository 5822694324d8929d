import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, InvalidConfigError } from "../../../storage/errors.ts";
import { compress, type Compression, decompress } from "../../../storage/record/compression.ts";
import { pseudoRandom, pseudoRandomBytes } from "../../support/pseudo_random.ts";

const compressions: Compression[] = [
  { type: "none" },
  ...[undefined, -1, 1, 9].map((level) => ({ type: "gzip", level }) as Compression),
  { type: "snappy" },
  ...[undefined, 1, 4, 9, 12, 17].map((level) => ({ type: "lz4", level }) as Compression),
  ...[undefined, -131_072, -1, 1, 3, 22].map((level) => ({ type: "zstd", level }) as Compression),
];

function samples(): Uint8Array[] {
  const next = pseudoRandom(3);
  const text = Uint8Array.from({ length: 150_000 }, () => 97 + next() * 4);
  return [
    new Uint8Array(0),
    Uint8Array.of(7),
    new Uint8Array(200_000),
    pseudoRandomBytes(70_000, 4),
    text,
    text.subarray(0, 32 * 1024),
    text.subarray(0, 64 * 1024),
    text.subarray(0, 64 * 1024 + 1),
    Uint8Array.from({ length: 100_000 }, (_, i) => (i % 300 < 290 ? i % 300 : next() * 256)),
  ];
}

Deno.test("bytes compressed with any codec and level come back", () => {
  for (const bytes of samples()) {
    for (const compression of compressions) {
      const compressed = compress(compression, bytes);
      const padded = new Uint8Array(compressed.length + 10).fill(0xaa);
      padded.set(compressed, 5);
      const end = 5 + compressed.length;
      const back = decompress(compression.type, padded, 5, end, 200_000, 2);
      assertEquals(back.length, bytes.length);
      assert(back.every((byte, i) => byte === bytes[i]), JSON.stringify(compression));
    }
  }
});

Deno.test("more than the limit is refused before it is in memory", () => {
  const bomb = new Uint8Array(100 << 20);
  for (const type of ["gzip", "snappy", "lz4", "zstd"] as const) {
    const compressed = compress({ type }, bomb);
    const before = Deno.memoryUsage().rss;
    assertThrows(
      () => decompress(type, compressed, 0, compressed.length, 1 << 20, 2),
      CorruptRecordError,
      "more than the limit, bytes: 1048576",
    );
    assert(Deno.memoryUsage().rss - before < 32 << 20, type);
  }
});

Deno.test("what is cut off anywhere, empty or garbage is corrupt", () => {
  const bytes = pseudoRandomBytes(300, 9);
  for (const type of ["gzip", "snappy", "lz4", "zstd"] as const) {
    const compressed = compress({ type }, bytes);
    for (let end = 0; end < compressed.length; end++) {
      // Snappy's framing has no end mark: the header alone is a stream of nothing.
      if (type === "snappy" && end === 16) continue;
      assertThrows(
        () => decompress(type, compressed, 0, end, 1 << 20, 2),
        CorruptRecordError,
        "",
        `${type} ${end}`,
      );
    }
    for (let seed = 0; seed < 50; seed++) {
      const garbage = pseudoRandomBytes(40, seed);
      assertThrows(() => decompress(type, garbage, 0, 40, 1 << 20, 2), CorruptRecordError);
    }
  }
});

Deno.test("a level out of range is refused", () => {
  assertThrows(() => compress({ type: "lz4", level: 0 }, new Uint8Array(1)), InvalidConfigError);
  assertThrows(() => compress({ type: "gzip", level: NaN }, new Uint8Array(1)), InvalidConfigError);
});
