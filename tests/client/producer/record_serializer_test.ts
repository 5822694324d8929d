import { assertEquals, assertThrows } from "@std/assert";
import { SerializationError } from "../../../client/serde/serialization_error.ts";
import { RecordSerializer } from "../../../client/producer/record_serializer.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { json } from "../../../storage/serde/json.ts";
import { bytes } from "../../support/producer_parts.ts";

Deno.test("without a serializer texts are UTF-8 and bytes are bytes", () => {
  const serializer = new RecordSerializer<unknown>("value", undefined, {});
  const given = new Uint8Array([1, 2]);
  assertEquals(serializer.serialize("é", "t", undefined), bytes("é"));
  assertEquals(serializer.serialize(given, "t", undefined), given);
  assertEquals(serializer.serialize(null, "t", undefined), null);
  assertEquals(serializer.serialize(undefined, "t", undefined), null);
  assertThrows(() => serializer.serialize(5, "t", undefined), SerializationError, "type: number");
});

Deno.test("a serde is a serializer, and so is the name of a class of Kafka", () => {
  const serde = new RecordSerializer<unknown>("value", json(), {});
  assertEquals(serde.serialize({ a: 1 }, "t", undefined), bytes('{"a":1}'));
  const named = new RecordSerializer<number>(
    "key",
    "org.apache.kafka.common.serialization.IntegerSerializer",
    {},
  );
  assertEquals(named.serialize(258, "t", undefined), new Uint8Array([0, 0, 1, 2]));
  assertThrows(
    () => new RecordSerializer("key", "com.example.Mine", {}),
    InvalidConfigError,
    "Invalid value com.example.Mine for configuration key.serializer: Class com.example.Mine could not be found.",
  );
  assertThrows(
    () => new RecordSerializer("value", { serialise: 1 }, {}),
    InvalidConfigError,
    "Not a serializer",
  );
});

Deno.test("what a serializer throws is told as the failure of the key or the value", () => {
  const serializer = new RecordSerializer<string>("key", {
    serialize() {
      throw new RangeError("odd");
    },
  }, {});
  const error = assertThrows(
    () => serializer.serialize("x", "t", undefined),
    SerializationError,
    "Can't serialize the key of a record: odd",
  );
  assertEquals((error.cause as Error).name, "RangeError");
});
