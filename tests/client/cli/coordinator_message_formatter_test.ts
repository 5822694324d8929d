import { assertEquals, assertThrows } from "@std/assert";
import { CoordinatorMessageFormatter } from "../../../client/cli/coordinator_message_formatter.ts";
import { JavaException, stackText } from "../../../client/cli/java_exception.ts";
import { groupCoordinatorSchemas } from "../../../storage/message/schemas/group_coordinator.ts";
import { consoleRecord, printed } from "../../support/console_record.ts";

const GROUP = new CoordinatorMessageFormatter(groupCoordinatorSchemas(), [3]);

/** The key and the value of a group's metadata. */
const key = Uint8Array.of(0, 3, 0, 1, 0x67);
const value = Uint8Array.of(0, 0, 0, 0, 0, 10, 0);

Deno.test("records are JSON, one behind the other", () => {
  assertEquals(
    printed(GROUP, consoleRecord({ key, value }), consoleRecord({ key })),
    '{"key":{"type":3,"data":{"groupId":"g"}},"value":{"version":0,"data":{"epoch":10}}}' +
      '{"key":{"type":3,"data":{"groupId":"g"}},"value":null}',
  );
});

Deno.test("records without a key, of other types and of unknown types are passed over", () => {
  const other = new CoordinatorMessageFormatter(groupCoordinatorSchemas(), [2]);
  assertEquals(printed(other, consoleRecord({ key, value })), "");
  assertEquals(printed(GROUP, consoleRecord({ value })), "");
  assertEquals(printed(GROUP, consoleRecord({ key: Uint8Array.of(127, 255) })), "");
});

Deno.test("a record that cannot be read is told with its offset", () => {
  const error = assertThrows(
    () => printed(GROUP, consoleRecord({ key, value: Uint8Array.of(0) })),
    JavaException,
  );
  const text = "Could not read version from value's buffer.";
  assertEquals(
    stackText(error),
    `java.lang.RuntimeException: Could not read record at offset 7 due to: ${text}\n` +
      `Caused by: java.lang.RuntimeException: ${text}`,
  );
});
