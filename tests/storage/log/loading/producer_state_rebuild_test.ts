import { assertEquals } from "@std/assert";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  batchOf,
  closedLog,
  killedLog,
  openLog,
  pathOf,
  reopenUnclean,
  SMALL,
  snapshotsIn,
  writeWholeFile,
} from "../../../support/partition_log.ts";

Deno.test("snapshots stand at the beginning of the last segments after an unclean stop", () => {
  const env = manualEnv();
  killedLog(env);
  assertEquals(snapshotsIn(env), [3, 6, 9]);
  for (const offset of [3, 6, 9]) env.fileSystem.remove(pathOf(offset, "snapshot"));
  const log = reopenUnclean(env, SMALL);
  assertEquals(snapshotsIn(env).slice(-2), [9, 10]);
  assertEquals(log.producerStateManager.latestSnapshotOffset, 10);
});

Deno.test("snapshots where no segment begins go, but for the newest above all segments", () => {
  const env = manualEnv();
  closedLog(env);
  for (const offset of [1, 2, 5]) {
    writeWholeFile(
      env.fileSystem,
      pathOf(offset, "snapshot"),
      readWholeFile(env.fileSystem, pathOf(3, "snapshot")),
    );
  }
  openLog(env, SMALL);
  assertEquals(snapshotsIn(env), [3, 6, 9, 10]);
});

Deno.test("snapshots above the log end go", () => {
  const env = manualEnv();
  killedLog(env);
  writeWholeFile(
    env.fileSystem,
    pathOf(99, "snapshot"),
    readWholeFile(env.fileSystem, pathOf(3, "snapshot")),
  );
  reopenUnclean(env, SMALL);
  assertEquals(snapshotsIn(env).at(-1), 10);
});

Deno.test("a log from before there were snapshots gets empty ones after a clean stop, unread", () => {
  const env = manualEnv();
  closedLog(env);
  for (const offset of snapshotsIn(env)) env.fileSystem.remove(pathOf(offset, "snapshot"));
  openLog(env, SMALL);
  assertEquals(snapshotsIn(env), [6, 9, 10]);
});

Deno.test("a snapshot that was torn is passed over for the one before", () => {
  const env = manualEnv();
  const log = openLog(env);
  const batch = (baseSequence: number) =>
    batchOf(["v"], { producerId: 5, producerEpoch: 0, baseSequence });
  log.appendAsLeader(batch(0), 0);
  log.takeProducerSnapshot();
  log.appendAsLeader(batch(1), 0);
  log.close();
  writeWholeFile(env.fileSystem, pathOf(2, "snapshot"), new Uint8Array(5));
  const again = openLog(env);
  assertEquals(again.activeProducers.get(5)!.lastSeq, 1);
});
