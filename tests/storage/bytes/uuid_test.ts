import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import {
  canonicalUuid,
  isReservedDirectoryId,
  isUuid,
  METADATA_TOPIC_ID,
  randomUuid,
  uuidFromBytes,
  uuidToBytes,
  writeUuid,
  ZERO_UUID,
} from "../../../storage/bytes/uuid.ts";
import { SeededRandom } from "../../support/manual_env.ts";

Deno.test("16 bytes and 22 characters are two forms of the same id", () => {
  const random = new SeededRandom(3);
  for (let i = 0; i < 200; i++) {
    const bytes = random.bytes(16);
    const text = uuidFromBytes(bytes);
    const expected = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
    assertEquals(text, expected.slice(0, 22));
    assertEquals(uuidToBytes(text), bytes);
    assertEquals(uuidToBytes(`${text}==`), bytes);
  }
});

Deno.test("the reserved ids are zero and one", () => {
  assertEquals(uuidToBytes(ZERO_UUID), new Uint8Array(16));
  const one = new Uint8Array(16);
  one[15] = 1;
  assertEquals(uuidToBytes(METADATA_TOPIC_ID), one);
});

Deno.test("what is not an id is refused", () => {
  const bad = [
    "",
    "abc",
    "XTsQBJTrTdSlzFydwBqhV",
    "XTsQBJTrTdSlzFydwBqhVQQ",
    "XTsQBJTrTdSlzFydwBqhV+",
  ];
  bad.push("XTsQBJTrTdSlzFydwBqhVQ=", "x".repeat(1e6));
  for (const text of bad) {
    const error = assertThrows(() => uuidToBytes(text), CorruptRecordError);
    assert(error.message.length < 200);
  }
});

Deno.test("bits beyond the 16 bytes do not make another id", () => {
  assertEquals(canonicalUuid("XTsQBJTrTdSlzFydwBqhVf"), "XTsQBJTrTdSlzFydwBqhVQ");
});

Deno.test("random ids are of version 4 and do not start with a dash", () => {
  const random = new SeededRandom(9);
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const id = randomUuid(random);
    const bytes = uuidToBytes(id);
    assertEquals([bytes[6]! >> 4, bytes[8]! >> 6, id.startsWith("-")], [4, 2, false]);
    seen.add(id);
  }
  assertEquals(seen.size, 2000);
});

Deno.test("the first hundred ids are reserved for directories", () => {
  const bytes = new Uint8Array(16);
  bytes[15] = 99;
  assertEquals(isReservedDirectoryId(uuidFromBytes(bytes)), true);
  bytes[15] = 100;
  assertEquals(isReservedDirectoryId(uuidFromBytes(bytes)), false);
  assertEquals(isReservedDirectoryId("YuBWMKKZSMSYSyRYTORJEQ"), false);
});

Deno.test("an id is read and written in the midst of other bytes", () => {
  const bytes = new SeededRandom(5).bytes(40);
  const text = uuidFromBytes(bytes, 7);
  assertEquals(uuidToBytes(text), bytes.subarray(7, 23));
  const target = new Uint8Array(40);
  writeUuid(text, target, 7);
  assertEquals(target.subarray(7, 23), bytes.subarray(7, 23));
  assertEquals([target[6], target[23]], [0, 0]);
});

Deno.test("an id is told from other texts", () => {
  assertEquals([ZERO_UUID, `${ZERO_UUID}==`, "abc", `${ZERO_UUID}A`].map(isUuid), [
    ...[true, true, false, false],
  ]);
});
