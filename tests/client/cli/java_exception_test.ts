import { assertEquals, assertThrows } from "@std/assert";
import {
  commandFailed,
  exceptionMessage,
  exceptionName,
  exceptionText,
  executionException,
  illegalArgument,
  JavaException,
  operationFailed,
  stackText,
  terse,
} from "../../../client/cli/java_exception.ts";
import { ConsumerError } from "../../../client/consumer/consumer_errors.ts";
import {
  BufferExhaustedError,
  IllegalProducerStateError,
} from "../../../client/producer/producer_errors.ts";
import { deserializerOf } from "../../../client/serde/java_classes.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { uncaught } from "../../../storage/cli/tool.ts";
import { InvalidConfigError, LogUnavailableError } from "../../../storage/errors.ts";

const ERRORS = "org.apache.kafka.common.errors.";

Deno.test("errors have the names of Java's exceptions", () => {
  assertEquals(exceptionName("TOPIC_ALREADY_EXISTS"), "TopicExistsException");
  assertEquals(exceptionName("UNKNOWN_TOPIC_OR_PARTITION"), "UnknownTopicOrPartitionException");
  const texts: readonly (readonly [Error, string])[] = [
    [new KafkaError("REQUEST_TIMED_OUT", "late"), `${ERRORS}TimeoutException: late`],
    [
      new KafkaError("INVALID_RECORD", "bad"),
      "org.apache.kafka.common.InvalidRecordException: bad",
    ],
    [new InvalidConfigError("no"), "org.apache.kafka.common.config.ConfigException: no"],
    [new NetworkError("disconnected", "gone"), `${ERRORS}DisconnectException: gone`],
    [new LogUnavailableError("x"), "java.io.IOException: x"],
    [uncaught("a.B", "c"), "a.B: c"],
    [uncaught("a.B"), "a.B"],
    [new JavaException("a.B"), "a.B"],
    [
      new BufferExhaustedError("full"),
      "org.apache.kafka.clients.producer.BufferExhaustedException: full",
    ],
    [new IllegalProducerStateError("closed"), "java.lang.IllegalStateException: closed"],
    [new ConsumerError("no"), "org.apache.kafka.common.KafkaException: no"],
    [illegalArgument("x"), "java.lang.IllegalArgumentException: x"],
    [commandFailed("x"), "org.apache.kafka.tools.AdminCommandFailedException: x"],
    [operationFailed("x"), "org.apache.kafka.tools.AdminOperationException: x"],
    [terse("x"), "org.apache.kafka.tools.TerseException: x"],
  ];
  for (const [error, text] of texts) assertEquals(exceptionText(error), text);
  assertEquals(exceptionMessage(new JavaException("a.B")), "null");
});

Deno.test("an exception is printed with its causes", () => {
  const cause = new KafkaError("NOT_CONTROLLER", "moved");
  assertEquals(
    stackText(executionException(cause)),
    `java.util.concurrent.ExecutionException: ${ERRORS}NotControllerException: moved\n` +
      `Caused by: ${ERRORS}NotControllerException: moved`,
  );
  assertEquals(stackText(uncaught("a.B", "c", { cause })).split("\n"), [
    "a.B: c",
    `Caused by: ${ERRORS}NotControllerException: moved`,
  ]);
});

Deno.test("what is no expected error goes on", () => {
  assertThrows(() => exceptionText(new TypeError("bug")), TypeError, "bug");
});

Deno.test("bytes that are not of a type are told with Java's reason, where it has one", () => {
  const text = (type: string) => {
    const deserializer = deserializerOf(
      `org.apache.kafka.common.serialization.${type}Deserializer`,
    )!;
    const error = assertThrows(() => deserializer.deserialize(Uint8Array.of(0x41), "t", () => []));
    return stackText(error);
  };
  assertEquals(
    text("UUID"),
    `${ERRORS}SerializationException: Error parsing data into UUID\n` +
      "Caused by: java.lang.IllegalArgumentException: Invalid UUID string: A",
  );
  assertEquals(
    text("Integer"),
    `${ERRORS}SerializationException: Size of data received by IntegerDeserializer is not 4`,
  );
});
