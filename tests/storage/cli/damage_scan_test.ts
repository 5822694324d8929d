import { assert, assertEquals } from "@std/assert";
import {
  type Damage,
  scanForDamage,
  shallowBaseOffset,
  type SoundBatch,
} from "../../../storage/cli/damage_scan.ts";
import { SegmentReader } from "../../../storage/cli/segment_reader.ts";
import { concat, memoryWith, textBatch, utf8 } from "./cli_support.ts";
import { legacyMessage } from "./legacy_message.ts";
import { seededRandom } from "./decoders/message_writer.ts";

type Found = Damage | Pick<SoundBatch, "kind" | "position"> & { offset: number };

function scan(bytes: Uint8Array): Found[] {
  const reader = new SegmentReader(memoryWith({ "/0.log": bytes }), "/0.log");
  const found: Found[] = [];
  for (const each of scanForDamage(reader)) {
    if (each.kind === "damage") found.push(each);
    else {
      const offset = shallowBaseOffset(each.batch);
      found.push({ kind: "batch", position: each.position, offset });
    }
  }
  reader.close();
  return found;
}

const a = textBatch(0, ["one"]);
const b = textBatch(1, ["two", "three"]);
const c = textBatch(3, ["four"]);

Deno.test("a sound segment is its batches", () => {
  assertEquals(scan(concat(a, b)), [
    { kind: "batch", position: 0, offset: 0 },
    { kind: "batch", position: a.length, offset: 1 },
  ]);
  assertEquals(scan(new Uint8Array(0)), []);
});

Deno.test("behind a flipped bit the scan goes on with the next batch", () => {
  const flipped = b.slice();
  flipped[70]! ^= 1;
  const [first, damage, last] = scan(concat(a, flipped, c));
  assertEquals(first?.kind, "batch");
  assert(damage?.kind === "damage" && damage.reason.startsWith("Record is corrupt"));
  assertEquals([damage.position, damage.bytes], [a.length, b.length]);
  assertEquals(last, { kind: "batch", position: a.length + b.length, offset: 3 });
});

Deno.test("behind a length that lies the next batch is found byte by byte", () => {
  for (const length of [-1, 5, 40, 60, 1000, 0x7fffffff]) {
    const broken = b.slice();
    new DataView(broken.buffer).setInt32(8, length);
    const found = scan(concat(a, broken, c));
    assertEquals(found.map((each) => each.kind), ["batch", "damage", "batch"], `${length}`);
    assertEquals(found[1]!.position, a.length);
    assertEquals(found[2]!.position, a.length + b.length);
  }
});

Deno.test("garbage in front, zeros and a torn batch behind are told by place and size", () => {
  const found = scan(concat(utf8("garbage"), a, new Uint8Array(100)));
  assertEquals(found.map((each) => [each.kind, each.position]), [
    ["damage", 0],
    ["batch", 7],
    ["damage", 7 + a.length],
  ]);
  assertEquals(found[2], {
    kind: "damage",
    position: 7 + a.length,
    bytes: 100,
    reason: "zero bytes",
  });
  const torn = scan(concat(a, b.subarray(0, 30)));
  assertEquals(torn[1], {
    kind: "damage",
    position: a.length,
    bytes: 30,
    reason: `batch leads beyond the end of the file, size: ${b.length}, left: 30`,
  });
});

Deno.test("old messages are found again once the segment has shown that it holds some", () => {
  const old = legacyMessage({ magic: 1, offset: 7, timestamp: 1, value: utf8("v") });
  const found = scan(concat(old, utf8("??"), old));
  assertEquals(found.map((each) => each.kind), ["batch", "damage", "batch"]);
});

Deno.test("any bytes are batches and damage that cover the file, and no search goes on for ever", () => {
  const random = seededRandom(7);
  const sound = concat(a, b, c, a, b, c);
  for (let round = 0; round < 300; round++) {
    const bytes = sound.slice(0, Math.floor(random() * (sound.length + 1)));
    for (let i = 0; i < 1 + random() * 4; i++) {
      if (bytes.length > 0) bytes[Math.floor(random() * bytes.length)] = random() * 256;
    }
    let position = 0;
    for (const each of scan(bytes)) {
      assertEquals(each.position, position);
      position += each.kind === "damage"
        ? each.bytes
        : 12 + new DataView(bytes.buffer).getInt32(position + 8);
    }
    assertEquals(position, bytes.length);
  }
  // Every byte can be a magic, and every length is possible.
  const hostile = new Uint8Array(3_000_000).fill(2);
  for (let i = 0; i + 12 < hostile.length; i += 16) hostile.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 16], i);
  assertEquals(scan(hostile).every((each) => each.kind === "damage"), true);
});
