import { assertEquals, assertThrows } from "@std/assert";
import { SnapshotFiles } from "../../../cluster/raft/snapshot_files.ts";
import { SnapshotWriter } from "../../../cluster/raft/snapshot_writer.ts";
import type { OffsetAndEpoch } from "../../../cluster/raft/offset_and_epoch.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { writeFile } from "./raft_support.ts";

function write(env: ManualEnv, id: OffsetAndEpoch): void {
  const writer = new SnapshotWriter({
    env,
    directory: "/d",
    id,
    lastContainedLogTimestamp: id.offset * 1000,
  });
  writer.freezeSync();
}

const names = (env: ManualEnv) => env.fileSystem.list("/d").map(({ name }) => name);

Deno.test("snapshots are found by age; what is half written, half removed or older than the log goes", () => {
  const env = manualEnv();
  for (const id of [{ offset: 30, epoch: 1 }, { offset: 20, epoch: 2 }, { offset: 5, epoch: 1 }]) {
    write(env, id);
  }
  for (const suffix of ["-x.checkpoint.part", ".checkpoint.deleted"]) {
    writeFile(env.fileSystem, `/d/00000000000000000040-0000000002${suffix}`, new Uint8Array(3));
  }
  writeFile(env.fileSystem, "/d/quorum-state", new Uint8Array(3));
  const files = new SnapshotFiles(env, "/d", 10, 100);
  assertEquals(files.ids, [{ offset: 30, epoch: 1 }, { offset: 20, epoch: 2 }]);
  assertEquals([files.earliest, files.latest], [{ offset: 30, epoch: 1 }, {
    offset: 20,
    epoch: 2,
  }]);
  assertEquals(names(env).length, 3);
  assertEquals(files.timestamp({ offset: 20, epoch: 2 }), 20_000);
  assertEquals(files.totalSize, 2 * 158);
});

Deno.test("old snapshots get another name at once, and go after the delay", () => {
  const env = manualEnv();
  const files = new SnapshotFiles(env, makeDirectory(env), 0, 100);
  for (const offset of [10, 20, 30]) {
    write(env, { offset, epoch: 1 });
    files.add({ offset, epoch: 1 });
    files.add({ offset, epoch: 1 });
  }
  assertEquals(files.ids.length, 3);
  assertEquals(files.deleteBefore({ offset: 30, epoch: 1 }, "why"), 2);
  assertEquals(files.ids, [{ offset: 30, epoch: 1 }]);
  assertEquals(names(env).filter((name) => name.endsWith(".deleted")).length, 2);
  assertEquals(files.nextDueMs, env.clock.now() + 100);
  files.removeDue(env.clock.now() + 99);
  assertEquals(names(env).length, 3);
  files.removeDue(env.clock.now() + 100);
  assertEquals(names(env), ["00000000000000000030-0000000001.checkpoint"]);
  assertEquals(files.nextDueMs, undefined);
});

function makeDirectory(env: ManualEnv): string {
  env.fileSystem.makeDirectory("/d");
  return "/d";
}

Deno.test("a log whose beginning is gone needs a snapshot", () => {
  const env = manualEnv();
  const directory = makeDirectory(env);
  assertThrows(() => new SnapshotFiles(env, directory, 10, 0), CorruptRecordError, "offset 10");
});
