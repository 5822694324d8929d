import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Log } from "../../../storage/embedded/log.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { integer } from "../../../storage/serde/integer.ts";
import { json } from "../../../storage/serde/json.ts";
import { openText, text } from "../../support/embedded_log.ts";

Deno.test("a value that is not of the serde's type is an error with offset and type", () => {
  const fileSystem = new MemoryFileSystem();
  {
    using log = openText("/log", { fileSystem });
    log.append([{ key: "k", value: "1" }, { key: "long key", value: "not json" }]);
  }
  {
    using log = Log.open("/log", { fileSystem, serde: json<unknown>() });
    const records = log.read();
    assertEquals(records.next().value?.value, 1);
    const error = assertThrows(() => records.next(), CorruptRecordError);
    assertStringIncludes(error.message, "Cannot decode the value at offset 1 as json");
  }
  using log = Log.open("/log", { fileSystem, keySerde: integer() });
  const error = assertThrows(() => [...log.read()], CorruptRecordError);
  assertStringIncludes(error.message, "Cannot decode the key at offset 0 as integer");
});

Deno.test("without a serde keys and values are bytes, the reader's own", () => {
  using log = Log.open("/log", { fileSystem: new MemoryFileSystem() });
  log.append([{ key: text("k"), value: text("one") }]);
  log.append([{ key: text("k"), value: text("two") }]);
  const records = [...log.read()];
  assertEquals(records.map(({ value }) => value), [text("one"), text("two")]);
  assertEquals(log.latest().get(text("k")), text("two"));
});
