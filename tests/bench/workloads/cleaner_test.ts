import { assert, assertEquals } from "@std/assert";
import {
  cleanOnce,
  compact,
  fillForCompaction,
  hashKeys,
  mapKeys,
} from "../../../bench/workloads/cleaner.ts";

Deno.test("the workloads of the cleaner run, at a small size", async () => {
  const root = await Deno.makeTempDir();
  try {
    const shape = { keys: 50, valueSize: 100, records: 1000 };
    for (const compression of ["none", "lz4"] as const) {
      const log = fillForCompaction(`${root}/${compression}-0`, {
        ...shape,
        compression,
        timestamps: compression === "none",
      });
      const figures = await cleanOnce(log);
      assertEquals(figures.bytesAfter, log.size);
      assert(figures.bytesAfter < figures.bytesBefore / 2);
      assert(figures.megabytesPerSecond > 0);
      log.close();
    }
    assert(await compact(`${root}/compact-0`, 50, 100, 1000) > 0);
    assert(hashKeys(16, 100) > 0);
    assert(mapKeys(24 * 200, 100) > 0);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
