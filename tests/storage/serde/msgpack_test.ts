import { assertEquals, assertInstanceOf } from "@std/assert";
import { msgpack } from "../../../storage/serde/msgpack.ts";
import { roundTrip } from "../../support/serde.ts";

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
