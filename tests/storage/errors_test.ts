import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  CorruptRecordError,
  InvalidConfigError,
  InvalidRecordError,
  LogDirError,
  LogUnavailableError,
  OffsetOutOfRangeError,
  ProducerStateError,
  StorageError,
} from "../../storage/errors.ts";

Deno.test("every error of the engine says what it is by class, name and Kafka's code", () => {
  const cause = new Error("disk");
  const errors = [
    [new CorruptRecordError("x", { cause }), "CorruptRecordError", "CORRUPT_MESSAGE"],
    [new OffsetOutOfRangeError("x", { cause }), "OffsetOutOfRangeError", "OFFSET_OUT_OF_RANGE"],
    [
      new ProducerStateError("INVALID_PRODUCER_EPOCH", "x", { cause }),
      "ProducerStateError",
      "INVALID_PRODUCER_EPOCH",
    ],
    [
      new InvalidRecordError("MESSAGE_TOO_LARGE", "x", [], { cause }),
      "InvalidRecordError",
      "MESSAGE_TOO_LARGE",
    ],
    [new LogUnavailableError("x", { cause }), "LogUnavailableError", "KAFKA_STORAGE_ERROR"],
    [new LogDirError("/data", "x", { cause }), "LogDirError", "KAFKA_STORAGE_ERROR"],
    [new InvalidConfigError("x", { cause }), "InvalidConfigError", "INVALID_CONFIG"],
  ] as const;
  for (const [error, name, code] of errors) {
    assertInstanceOf(error, StorageError);
    assertEquals([error.name, error.code, error.message, error.cause], [name, code, "x", cause]);
    assert(String(error).startsWith(`${name}: x`));
  }
});

Deno.test("a refused batch names the records at fault, a failed disk the path", () => {
  const recordErrors = [{ batchIndex: 3, message: "no key" }];
  assertEquals(
    new InvalidRecordError("INVALID_RECORD", "x", recordErrors).recordErrors,
    recordErrors,
  );
  assertEquals(new InvalidRecordError("INVALID_RECORD", "x").recordErrors, []);
  assertEquals(new LogDirError("/data/0.log", "x").path, "/data/0.log");
});
