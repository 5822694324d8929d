import { assertEquals } from "@std/assert";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  damage,
  killedLog,
  nameOf,
  offsetsOf,
  openLog,
  reopenUnclean,
  restoreDirectory,
  SMALL,
  snapshotDirectory,
  TEN,
} from "../../../support/partition_log.ts";

Deno.test("salvage leaves out what is corrupt, in every place, and keeps later segments", () => {
  for (const [segment, batch] of [[0, 1], [3, 0], [6, 2], [9, 0]] as const) {
    const env = manualEnv();
    killedLog(env);
    damage(env, segment, batch * 100 + 90);
    const log = reopenUnclean(env, SMALL, { recovery: "salvage" });
    const lost = segment + batch;
    assertEquals(offsetsOf(log), TEN.filter((offset) => offset !== lost));
    const lines = [
      ...env.logger.matching("Left out corrupt bytes", "warn"),
      ...env.logger.matching("Corruption found in segment", "warn"),
    ];
    assertEquals(lines.length, 1);
    assertEquals(lines[0]!.fields.position, batch * 100);
    assertEquals(log.logEndOffset, lost === 9 ? 9 : 10);
    log.deletePendingFiles(Infinity);
    log.close();
    assertEquals(offsetsOf(openLog(env, SMALL)), TEN.filter((offset) => offset !== lost));
  }
});

Deno.test("salvage finds the next batch when not even the length can be trusted", () => {
  const env = manualEnv({ seed: 9 });
  killedLog(env, {});
  const files = snapshotDirectory(env.fileSystem);
  const bytes = files.get(nameOf(0, "log"))!.slice();
  bytes.set(env.random.bytes(130), 250);
  bytes.fill(0, 600, 660);
  restoreDirectory(env.fileSystem, new Map(files).set(nameOf(0, "log"), bytes));
  const log = reopenUnclean(env, {}, { recovery: "salvage" });
  assertEquals(offsetsOf(log), [0, 1, 4, 5, 7, 8, 9]);
  assertEquals(
    env.logger.matching("Left out corrupt bytes").map(({ fields }) => [
      fields.position,
      fields.bytes,
      fields.firstMissingOffset,
      fields.nextOffset,
    ]),
    [[200, 200, 2, 4], [600, 100, 6, 7]],
  );
  assertEquals(log.read(2, { maxBytes: 1, isolation: "log_end" }).bytes()[7], 4);
});

Deno.test("salvage of a segment that is sound, or corrupt at its end alone, is plain recovery", () => {
  const env = manualEnv();
  killedLog(env, {});
  const files = snapshotDirectory(env.fileSystem);
  assertEquals(offsetsOf(reopenUnclean(env, {}, { recovery: "salvage" })), TEN);
  const bytes = files.get(nameOf(0, "log"))!;
  restoreDirectory(
    env.fileSystem,
    new Map(files).set(nameOf(0, "log"), bytes.slice(0, bytes.length - 3)),
  );
  const log = reopenUnclean(env, {}, { recovery: "salvage" });
  assertEquals(offsetsOf(log), TEN.slice(0, 9));
  assertEquals(env.logger.matching("Left out corrupt bytes").length, 0);
});
