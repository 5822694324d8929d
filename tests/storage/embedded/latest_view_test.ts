import { assert, assertEquals } from "@std/assert";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { openText, values } from "../../support/embedded_log.ts";

Deno.test("the latest view keeps up with appends, tombstones and deletions", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const view = log.latest();
  assertEquals(view.size, 0);
  log.append([{ key: "a", value: "1" }, { key: "b", value: "2" }, { value: "no key" }]);
  assertEquals([view.get("a"), view.get("b"), view.get("c")], ["1", "2", undefined]);
  log.append([{ key: "a", value: "3" }, { key: "b", value: undefined }, { key: "c", value: "4" }]);
  assertEquals([...view.entries()], [["a", "3"], ["c", "4"]]);
  assertEquals([view.has("b"), view.size], [false, 2]);
  assertEquals(view.record("a")?.offset, 3);
  assertEquals([...view.keys()], ["a", "c"]);
  assertEquals([...view.values()], ["3", "4"]);
  assertEquals([...view].map(([key, { offset }]) => [key, offset]), [["a", 3], ["c", 5]]);
  log.deleteRecords(5);
  assertEquals([...view.entries()], [["c", "4"]]);
});

Deno.test("the latest view is the same before and after a compaction", async () => {
  await using log = openText("/log", {
    fileSystem: new MemoryFileSystem(),
    cleanupPolicy: "compact",
  });
  const view = log.latest();
  for (let i = 0; i < 500; i++) log.append([{ key: `k${i % 7}`, value: `${i}` }]);
  const before = [...view.entries()];
  const { cleanUpTo, sizeBefore, sizeAfter } = await log.compact();
  assertEquals(cleanUpTo, 500);
  assert(sizeAfter < sizeBefore / 10);
  assertEquals(values(log).length, 7);
  assertEquals([...view.entries()], before);
  assertEquals([...log.latest().entries()], before);
  log.append([{ key: "k0", value: "new" }]);
  assertEquals(view.get("k0"), "new");
});
