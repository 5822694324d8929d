import { assertEquals } from "@std/assert";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  bytesOf,
  closedLog,
  filesIn,
  LOG_DIRECTORY,
  nameOf,
  offsetsOf,
  openLog,
  SMALL,
  TEN,
  writeWholeFile,
} from "../../../support/partition_log.ts";

Deno.test("deleted files are removed when the log is opened, KRaft's snapshots are not", () => {
  const env = manualEnv();
  closedLog(env);
  const names = [
    nameOf(0, "log.deleted"),
    nameOf(7, "index.deleted"),
    nameOf(7, "snapshot.deleted"),
  ];
  const kraft = "00000000000000000010-0000000001.checkpoint.deleted";
  for (const name of [...names, kraft]) {
    writeWholeFile(env.fileSystem, `${LOG_DIRECTORY}/${name}`, bytesOf("x"));
  }
  assertEquals(offsetsOf(openLog(env, SMALL)), TEN);
  assertEquals(filesIn(env.fileSystem).filter((name) => name.endsWith(".deleted")), [kraft]);
});

Deno.test("checkpoints and snapshots that were half written are removed", () => {
  const env = manualEnv();
  closedLog(env);
  const names = [
    "leader-epoch-checkpoint.tmp",
    "unflushed-segments-checkpoint.tmp",
    "partition.metadata.tmp",
    nameOf(12, "snapshot.tmp"),
  ];
  for (const name of [...names, "notes.tmp"]) {
    writeWholeFile(env.fileSystem, `${LOG_DIRECTORY}/${name}`, bytesOf("0\n"));
  }
  assertEquals(offsetsOf(openLog(env, SMALL)), TEN);
  assertEquals(filesIn(env.fileSystem).filter((name) => name.endsWith(".tmp")), ["notes.tmp"]);
});
