import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ClassDecoderParser } from "../../../../storage/cli/decoders/class_decoder.ts";
import { ToolFailure, UncaughtFailure } from "../../../../storage/cli/tool.ts";
import { oneRecord, utf8 } from "../cli_support.ts";

const API = "org.apache.kafka.tools.api.";

Deno.test("Kafka's decoders are known under both of their packages", () => {
  const parser = new ClassDecoderParser(`${API}StringDecoder`, "kafka.serializer.LongDecoder");
  assertEquals(parser.parse(oneRecord(utf8("k"), Uint8Array.fromHex("ffffffffffffffff"))), {
    key: "k",
    value: "-1",
  });
  const integers = new ClassDecoderParser(`${API}IntegerDecoder`, `${API}DefaultDecoder`);
  assertEquals(integers.parse(oneRecord(Uint8Array.fromHex("00000102"), utf8("ab"))), {
    key: "258",
    value: "[B@6162",
  });
});

Deno.test("null is nothing, and too few bytes end as in Java", () => {
  const parser = new ClassDecoderParser(`${API}StringDecoder`, `${API}LongDecoder`);
  assertEquals(parser.parse(oneRecord(null, null)), { key: undefined, value: undefined });
  assertThrows(
    () => parser.parse(oneRecord(null, utf8("short"))),
    ToolFailure,
    "java.nio.BufferUnderflowException",
  );
});

Deno.test("another class is refused", () => {
  const { message, cause } = assertThrows(
    () => new ClassDecoderParser(`${API}StringDecoder`, "com.example.Mine"),
    UncaughtFailure,
  );
  assertStringIncludes(message, "java.lang.RuntimeException: Failed to load decoder class");
  assertStringIncludes(`${cause}`, "java.lang.ClassNotFoundException: com.example.Mine");
});
