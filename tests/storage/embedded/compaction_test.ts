import { assertEquals, assertRejects } from "@std/assert";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { onBoth, openText, values } from "../../support/embedded_log.ts";

Deno.test("a log without the compact policy is not compacted", async () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  await assertRejects(() => log.compact(), InvalidConfigError, "cleanup.policy");
});

onBoth("compaction goes on where it was after opening again", async (fileSystem, directory) => {
  const options = { fileSystem, cleanupPolicy: "compact" } as const;
  {
    await using log = openText(directory, options);
    log.append([{ key: "a", value: "1" }, { key: "a", value: "2" }]);
    assertEquals((await log.compact()).cleanUpTo, 2);
  }
  await using log = openText(directory, options);
  log.append([{ key: "a", value: "3" }, { key: "b", value: "4" }]);
  assertEquals((await log.compact()).cleanUpTo, 4);
  assertEquals(values(log), ["3", "4"]);
});
