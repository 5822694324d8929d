import { assertEquals, assertThrows } from "@std/assert";
import { DefaultMessageFormatter } from "../../../client/cli/default_message_formatter.ts";
import type { JavaException } from "../../../client/cli/java_exception.ts";
import { SerializationError } from "../../../client/serde/serialization_error.ts";
import { consoleRecord, printed } from "../../support/console_record.ts";

const refuse = (text: string) => {
  throw new Error(text);
};

const formatter = (configs: Record<string, string>) => new DefaultMessageFormatter(configs, refuse);

const KAFKA = "org.apache.kafka.common.serialization.";
const RECORD = consoleRecord({ key: "k", value: "v", headers: [["a", "1"], ["b", null]] });
const EVERYTHING = {
  "print.timestamp": "true",
  "print.partition": "true",
  "print.offset": "true",
  "print.delivery": "true",
  "print.epoch": "true",
  "print.headers": "true",
  "print.key": " TRUE ",
};

Deno.test("without a word the value is printed, on a line of its own", () => {
  const records = ["a", null, ""].map((value) => consoleRecord({ key: "k", value }));
  assertEquals(printed(formatter({}), ...records), "a\nnull\n\n");
});

Deno.test("everything that is asked for is printed, in this order", () => {
  assertEquals(
    printed(formatter(EVERYTHING), RECORD),
    "CreateTime:5\tPartition:3\tOffset:7\tDelivery:NOT_PRESENT\tEpoch:NOT_PRESENT\ta:1,b:null\tk\tv\n",
  );
  const bare = consoleRecord({ timestampType: "NoTimestampType" });
  assertEquals(
    printed(formatter({ "print.timestamp": "true", "print.headers": "true" }), bare),
    "NO_TIMESTAMP\tNO_HEADERS\tnull\n",
  );
});

Deno.test("the last thing ends the line, whatever it is; nothing at all is no line", () => {
  const withoutValue = { "print.value": "false" };
  assertEquals(printed(formatter({ ...withoutValue, "print.key": "true" }), RECORD), "k\n");
  assertEquals(
    printed(formatter({ ...withoutValue, "print.offset": "true" }), RECORD),
    "Offset:7\n",
  );
  assertEquals(printed(formatter(withoutValue), RECORD), "");
});

Deno.test("separators and what stands for null are as they are given", () => {
  const configs = {
    ...{ "print.key": "true", "print.headers": "true", "null.literal": "NIL" },
    ...{ "key.separator": "|", "line.separator": "--", "headers.separator": ";" },
  };
  assertEquals(
    printed(formatter(configs), RECORD, consoleRecord({})),
    "a:1;b:NIL|k|v--NO_HEADERS|NIL|NIL--",
  );
});

Deno.test("deserializers say how parts are printed", () => {
  const configs = {
    "print.key": "true",
    "key.deserializer": `${KAFKA}IntegerDeserializer`,
    "value.deserializer": `${KAFKA}DoubleDeserializer`,
  };
  const key = Uint8Array.of(255, 255, 255, 249);
  const value = Uint8Array.of(63, 240, 0, 0, 0, 0, 0, 0);
  assertEquals(printed(formatter(configs), consoleRecord({ key, value })), "-7\t1.0\n");
  const headers = { "print.headers": "true", "headers.deserializer": `${KAFKA}BytesDeserializer` };
  const record = consoleRecord({ headers: [["h", "\u0001"]], value: "v" });
  assertEquals(printed(formatter(headers), record), "h:\\x01\tv\n");
});

Deno.test("configs behind the name of a deserializer are those of the deserializer", () => {
  const configs = {
    "value.deserializer": `${KAFKA}StringDeserializer`,
    "value.deserializer.deserializer.encoding": "ISO-8859-1",
  };
  assertEquals(printed(formatter(configs), consoleRecord({ value: Uint8Array.of(0xe9) })), "é\n");
});

Deno.test("what stands for null is deserialized, as Kafka does it", () => {
  const configs = { "value.deserializer": `${KAFKA}IntegerDeserializer` };
  assertEquals(printed(formatter(configs), consoleRecord({})), "1853189228\n");
  assertThrows(
    () => printed(formatter({ ...configs, "null.literal": "nil" }), consoleRecord({})),
    SerializationError,
    "Size of data received by IntegerDeserializer is not 4",
  );
});

Deno.test("a deserializer that is not there is told of, and bytes are printed as they are", () => {
  const told: [string, string, JavaException][] = [];
  const configs = { "value.deserializer": "my.Deserializer" };
  const made = new DefaultMessageFormatter(configs, (text, className, error) => {
    told.push([text, className, error as JavaException]);
  });
  assertEquals(printed(made, RECORD), "v\n");
  const [[text, className, { className: problem, detail }]] = told as [typeof told[0]];
  assertEquals([text, className, problem, detail], [
    "Unable to instantiate a deserializer from my.Deserializer",
    "org.apache.kafka.tools.consumer.DefaultMessageFormatter",
    "java.lang.ClassNotFoundException",
    "my.Deserializer",
  ]);
});
