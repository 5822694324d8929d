import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { bytes } from "../../../storage/serde/bytes.ts";
import { integer, long } from "../../../storage/serde/integer.ts";
import { json } from "../../../storage/serde/json.ts";
import { msgpack } from "../../../storage/serde/msgpack.ts";
import type { Serde } from "../../../storage/serde/serde.ts";
import { string } from "../../../storage/serde/string.ts";

function roundTrip<T>(serde: Serde<T>, value: T): T {
  // A view into a larger buffer, as a record's value is.
  const encoded = serde.serialize(value);
  const buffer = new Uint8Array(encoded.length + 7);
  buffer.set(encoded, 3);
  return serde.deserialize(buffer.subarray(3, 3 + encoded.length));
}

Deno.test("string: every text comes back, and what is not UTF-8 is refused", () => {
  for (const text of ["", "a", "\uFEFFbom", "žluťoučký 🐎", "\0"]) {
    assertEquals(roundTrip(string(), text), text);
  }
  assertThrows(() => string().deserialize(new Uint8Array([0xff, 0xfe])), TypeError);
});

Deno.test("json: values come back, and a value without a JSON form is refused", () => {
  assertEquals(roundTrip(json<unknown>(), { a: [1, null, "x"] }), { a: [1, null, "x"] });
  assertThrows(() => json<unknown>().serialize(undefined), TypeError, "no JSON form");
  assertThrows(() => json<unknown>().deserialize(new TextEncoder().encode("{")), SyntaxError);
});

Deno.test("bytes: what is read is a copy", () => {
  const source = new Uint8Array([1, 2, 3]);
  const read = bytes().deserialize(source);
  source[0] = 9;
  assertEquals(read, new Uint8Array([1, 2, 3]));
});

Deno.test("integer and long are Kafka's big-endian bytes with a range", () => {
  for (const value of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) {
    assertEquals(roundTrip(integer(), value), value);
  }
  for (const value of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    assertEquals(roundTrip(long(), value), value);
  }
  assertEquals(long().serialize(1), new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1]));
  assertThrows(() => integer().serialize(2 ** 31), RangeError);
  assertThrows(() => integer().serialize(0.5), RangeError);
  assertThrows(() => integer().deserialize(new Uint8Array(3)), RangeError);
  assertThrows(() => long().serialize(2 ** 53), RangeError);
  assertThrows(() => long().deserialize(new Uint8Array(4)), RangeError);
  assertThrows(
    () => long().deserialize(new Uint8Array([127, 255, 255, 255, 255, 255, 255, 255])),
    RangeError,
  );
});

Deno.test("msgpack: plain MessagePack with dates, bytes and big integers", () => {
  assertEquals(msgpack<unknown>().serialize({ a: 1 }), new Uint8Array([0x81, 0xa1, 0x61, 0x01]));
  assertEquals(roundTrip(msgpack<unknown>(), { a: [1, "x", null, 1.5] }), {
    a: [1, "x", null, 1.5],
  });
  assertEquals(roundTrip(msgpack<number>(), 2 ** 40), 2 ** 40);
  assertEquals(roundTrip(msgpack<bigint>(), 2n ** 60n), 2n ** 60n);
  assertEquals(
    roundTrip(msgpack<Date>(), new Date(1_700_000_000_123)),
    new Date(1_700_000_000_123),
  );
});

Deno.test("msgpack: two values packed one after the other do not share memory", () => {
  const first = msgpack<string>().serialize("first");
  const copy = first.slice();
  msgpack<string>().serialize("other");
  assertEquals(first, copy);
});

Deno.test("msgpack: no bytes make it hang or do anything but return or throw an error", () => {
  let seed = 7;
  for (let round = 0; round < 2000; round++) {
    const sample = new Uint8Array(1 + round % 40);
    for (let i = 0; i < sample.length; i++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      sample[i] = seed >>> 16;
    }
    try {
      msgpack<unknown>().deserialize(sample);
    } catch (error) {
      assertInstanceOf(error, Error);
    }
  }
});
