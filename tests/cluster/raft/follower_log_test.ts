import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { buildControlBatch, leaderChangeMessage } from "../../../cluster/raft/control_messages.ts";
import { FollowerLog, isFollowerOutput } from "../../../cluster/raft/follower_log.ts";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { SnapshotWriter } from "../../../cluster/raft/snapshot_writer.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { joinPath } from "../../../storage/file/paths.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY, formatDirectory } from "./raft_support.ts";

function follower() {
  const env = manualEnv();
  formatDirectory(env);
  const { log, history } = openRaft({ env, directory: DIRECTORY, nodeId: 1 });
  return { env, log, history, follower: new FollowerLog({ env, log, history }) };
}

const batch = (baseOffset: number, epoch: number) =>
  buildControlBatch([leaderChangeMessage(2, [1, 2, 3], [2])], { baseOffset, epoch, timestamp: 1 });

Deno.test("what a voter appends is on the disk before it is said to be stored", async () => {
  const { log, follower: own } = follower();
  const stored = own.apply({ type: "append", records: batch(0, 1), epoch: 1, isDurable: true });
  assert(stored instanceof Promise);
  await stored;
  assertEquals(log.endOffset, 1);
  assertEquals(
    own.apply({ type: "append", records: batch(1, 1), epoch: 1, isDurable: false }),
    "done",
  );
  await own.apply({ type: "truncate", offset: 1 });
  assertEquals(log.endOffset, 1);
  log.close();
});

Deno.test("what does not follow on the log is refused", () => {
  const { log, follower: own } = follower();
  assertThrows(
    () => own.apply({ type: "append", records: batch(5, 1), epoch: 1, isDurable: true }),
    CorruptRecordError,
  );
  assertEquals(log.endOffset, 0);
  log.close();
});

/** The bytes of a snapshot of nothing. */
function snapshot(id: { offset: number; epoch: number }): Uint8Array {
  const env = manualEnv();
  const writer = new SnapshotWriter({ env, directory: "/s", id, lastContainedLogTimestamp: 5 });
  writer.freezeSync();
  const path = joinPath("/s", env.fileSystem.list("/s")[0]!.name);
  return readWholeFile(env.fileSystem, path);
}

Deno.test("a snapshot takes the place of the log once all of it is there", async () => {
  const { log, follower: own } = follower();
  const snapshotId = { offset: 30, epoch: 3 };
  const bytes = snapshot(snapshotId);
  assertEquals(own.apply({ type: "begin_snapshot", snapshotId }), undefined);
  own.apply({ type: "append_snapshot", bytes: bytes.subarray(0, 50) });
  own.apply({ type: "append_snapshot", bytes: bytes.subarray(50) });
  await own.apply({ type: "complete_snapshot" });
  assertEquals([log.startOffset, log.endOffset, log.snapshots.latest], [30, 30, snapshotId]);
  log.close();
});

Deno.test("what is no snapshot leaves the log as it was, and no file", async () => {
  const { env, log, follower: own } = follower();
  const before = env.fileSystem.list(log.directory).length;
  own.apply({ type: "begin_snapshot", snapshotId: { offset: 30, epoch: 3 } });
  own.apply({ type: "append_snapshot", bytes: new Uint8Array(70).fill(1) });
  await assertRejects(
    () => own.apply({ type: "complete_snapshot" }) as Promise<void>,
    CorruptRecordError,
  );
  own.apply({ type: "begin_snapshot", snapshotId: { offset: 31, epoch: 3 } });
  own.apply({ type: "abandon_snapshot" });
  assertEquals([log.endOffset, env.fileSystem.list(log.directory).length], [0, before]);
  log.close();
});

Deno.test("what concerns the log is told from the rest", () => {
  assert(isFollowerOutput({ type: "abandon_snapshot" }));
  assert(!isFollowerOutput({ type: "high_watermark", offset: 1 }));
});
