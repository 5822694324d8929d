import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { DEFAULT_FORMATTER, messageFormatter } from "../../../client/cli/message_formatter.ts";
import { consoleRecord, printed } from "../../support/console_record.ts";

const PACKAGE = "org.apache.kafka.tools.consumer.";

const named = (name: string) => messageFormatter(`${PACKAGE}${name}`, {}, () => {});

Deno.test("formatters go by the names of Kafka's classes", () => {
  const record = consoleRecord({ key: "k", value: "v" });
  assertEquals(printed(messageFormatter(DEFAULT_FORMATTER, {}, () => {}), record), "v\n");
  assertEquals(printed(named("LoggingMessageFormatter"), record), "v\n");
  assertEquals(printed(named("NoOpMessageFormatter"), record), "");
});

Deno.test("each formatter of a coordinator's topic prints its own types of records", () => {
  const types = (name: string) => {
    const seen: number[] = [];
    for (let type = 0; type < 24; type++) {
      // Enough for any key; without a value it deletes.
      const key = new Uint8Array(64);
      key[1] = type;
      if (printed(named(name), consoleRecord({ key })) !== "") seen.push(type);
    }
    return seen;
  };
  assertEquals(types("OffsetsMessageFormatter"), [0, 1]);
  assertEquals(types("GroupMetadataMessageFormatter"), [2]);
  assertEquals(types("ShareGroupMessageFormatter"), [10, 11, 12, 13, 14, 15]);
  assertEquals(types("TransactionLogMessageFormatter"), [0]);
  assertEquals(types("group.share.ShareGroupStateMessageFormatter"), [0, 1]);
});

Deno.test("any other class is not found", () => {
  for (const name of ["my.Formatter", `${PACKAGE}MyFormatter`, "DefaultMessageFormatter"]) {
    const error = assertThrows(() => messageFormatter(name, {}, () => {}), JavaException);
    assertEquals(
      [error.className, error.detail],
      ["java.lang.ClassNotFoundException", name],
    );
  }
});
