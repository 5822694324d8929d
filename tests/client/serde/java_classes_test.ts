import { assertEquals, assertThrows } from "@std/assert";
import { deserializerOf, serializerOf } from "../../../client/serde/java_classes.ts";
import { SerializationError } from "../../../client/serde/serialization_error.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

const name = (suffix: string) => `org.apache.kafka.common.serialization.${suffix}`;
const LONG_MAX = new Uint8Array([0x7f, ...new Array<number>(7).fill(0xff)]);

function written(type: string, value: unknown, configs = {}, isKey = false): string {
  return serializerOf(name(`${type}Serializer`), configs, isKey)!.serialize(value, "t", [])!
    .toHex();
}

function printed(type: string, bytes: Uint8Array, configs = {}, isKey = false): string {
  const deserializer = deserializerOf(name(`${type}Deserializer`), configs, isKey)!;
  return deserializer.text(deserializer.deserialize(bytes, "t", () => []));
}

Deno.test("Kafka's serializers are known by the names of their classes", () => {
  assertEquals(written("String", "ž"), "c5be");
  assertEquals(written("Integer", -1), "ffffffff");
  assertEquals(written("Long", 1), "0000000000000001");
  assertEquals(written("Short", 1), "0001");
  assertEquals(written("Float", 1), "3f800000");
  assertEquals(written("Double", 1), "3ff0000000000000");
  assertEquals(written("Boolean", true), "01");
  assertEquals(written("UUID", "1-2-3-4-5").length, 72);
  for (const type of ["ByteArray", "Bytes", "ByteBuffer"]) {
    assertEquals(written(type, new Uint8Array([7])), "07");
  }
  assertEquals(serializerOf("com.example.MySerializer"), undefined);
  assertEquals(serializerOf(name("Serializer")), undefined);
  assertEquals(deserializerOf(name("IntegerSerializer")), undefined);
});

Deno.test("values are printed as Java prints them", () => {
  assertEquals(printed("String", new Uint8Array([0x61, 0xff])), "a\ufffd");
  assertEquals(printed("Integer", new Uint8Array([0, 0, 1, 0])), "256");
  assertEquals(printed("Long", LONG_MAX), "9223372036854775807");
  assertEquals(printed("Double", new Uint8Array(8)), "0.0");
  assertEquals(printed("Float", new Uint8Array([0x3f, 0x80, 0, 0])), "1.0");
  assertEquals(printed("Boolean", new Uint8Array([1])), "true");
  assertEquals(printed("Bytes", new Uint8Array([0x61, 0x5c, 0xff])), "a\\x5C\\xFF");
  assertEquals(
    printed("ByteBuffer", new Uint8Array(3)),
    "java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]",
  );
});

Deno.test("bytes that are not of the type are refused in Java's words", () => {
  const refusals: readonly (readonly [string, number[], string])[] = [
    ["Integer", [1], "Size of data received by IntegerDeserializer is not 4"],
    ["Long", [1], "Size of data received by LongDeserializer is not 8"],
    ["Short", [], "Size of data received by ShortDeserializer is not 2"],
    ["Float", [], "Size of data received by Deserializer is not 4"],
    ["Boolean", [255], "Unexpected byte received by BooleanDeserializer: -1"],
    ["UUID", [0x61], "Error parsing data into UUID"],
    ["Void", [], "Data should be null for a VoidDeserializer."],
  ];
  for (const [type, bytes, message] of refusals) {
    assertThrows(() => printed(type, new Uint8Array(bytes)), SerializationError, message);
  }
});

Deno.test("the encoding is that of keys or values, then that of both", () => {
  const configs = { "serializer.encoding": "UTF-16BE", "key.serializer.encoding": "latin1" };
  assertEquals(written("String", "é", configs, true), "e9");
  assertEquals(written("String", "é", configs, false), "00e9");
  const reading = { "value.deserializer.encoding": "US-ASCII" };
  assertEquals(printed("String", new Uint8Array([0xe9]), reading), "\ufffd");
  assertThrows(
    () => serializerOf(name("StringSerializer"), { "serializer.encoding": "none" }),
    SerializationError,
    "Unsupported encoding none",
  );
});

Deno.test("a list takes the type of its entries from the configs", () => {
  const configs = { "default.list.value.serde.inner": name("Serdes$IntegerSerde") };
  const bytes = serializerOf(name("ListSerializer"), configs)!.serialize([1, null], "t", [])!;
  assertEquals(printed("List", bytes, configs), "[1, null]");
  assertThrows(
    () => deserializerOf(name("ListDeserializer")),
    InvalidConfigError,
    "Not able to determine",
  );
  assertThrows(
    () =>
      deserializerOf(name("ListDeserializer"), {
        "default.list.value.serde.inner": name("Serdes$ListSerde"),
      }),
    InvalidConfigError,
    "could not be found",
  );
});
