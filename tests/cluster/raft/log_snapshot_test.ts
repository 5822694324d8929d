import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { snapshotAt, writeLogSnapshot } from "../../../cluster/raft/log_snapshot.ts";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { snapshotRecords } from "../../../cluster/raft/snapshot_reader.ts";
import { OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { copyFixture, DIRECTORY, record } from "./raft_support.ts";

function fixture() {
  const env = manualEnv();
  copyFixture(env.fileSystem);
  const parts = openRaft({ env, directory: DIRECTORY, nodeId: 1 });
  parts.log.updateHighWatermark(parts.log.endOffset);
  return parts;
}

Deno.test("a snapshot of Kafka's log has the voters and the time of its last record", async () => {
  const parts = fixture();
  const { env, log, history } = parts;
  const end = log.endOffset;
  const id = { offset: end, epoch: 3 };
  assertEquals(await writeLogSnapshot(parts, end, [record("state")]), id);
  assertEquals(log.snapshots.latest, id);
  const path = log.snapshots.path(id);
  assertEquals([...snapshotRecords(env.fileSystem, path)], [record("state")]);
  assertEquals(log.snapshots.timestamp(id), [...log.batches(end - 1)].at(-1)!.maxTimestamp);
  assertEquals(history.lastVoters.ids, [1]);
  log.close();
});

Deno.test("records that cannot be made leave no file", async () => {
  const parts = fixture();
  const { env, log } = parts;
  const before = env.fileSystem.list(log.directory).length;
  function* broken(): Generator<Uint8Array> {
    yield record("a");
    throw new TypeError("broken");
  }
  await assertRejects(() => writeLogSnapshot(parts, log.endOffset, broken()), TypeError, "broken");
  assertEquals(env.fileSystem.list(log.directory).length, before);
  log.close();
});

Deno.test("a snapshot is named by the last record before it", () => {
  const { log } = fixture();
  const batches = [...log.batches(0)];
  const long = batches.find(({ baseOffset, lastOffset }) => lastOffset > baseOffset)!;
  const { nextOffset, partitionLeaderEpoch: epoch, maxTimestamp: timestamp } = long;
  assertEquals(snapshotAt(log, nextOffset), { id: { offset: nextOffset, epoch }, timestamp });
  assertThrows(
    () => snapshotAt(log, nextOffset - 1),
    OffsetOutOfRangeError,
    `base offset of (${long.baseOffset})`,
  );
  assertThrows(() => snapshotAt(log, log.endOffset + 1), OffsetOutOfRangeError, "high-watermark");
  assertEquals([snapshotAt(log, 0), snapshotAt(log, log.snapshots.latest!.offset)], [
    undefined,
    undefined,
  ]);
  log.close();
});
