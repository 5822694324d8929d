import { assertEquals } from "@std/assert";
import { committedBatch } from "../../../cluster/raft/listener_context.ts";
import { RaftListeners } from "../../../cluster/raft/raft_listeners.ts";
import { openRaft } from "../../../cluster/raft/raft_open.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { DIRECTORY, formatDirectory, record, RecordingListener } from "./raft_support.ts";

function listeners(count: number) {
  const env = manualEnv();
  formatDirectory(env);
  const { log } = openRaft({ env, directory: DIRECTORY, nodeId: 1 });
  const batches = Array.from(
    { length: count },
    (_, i) =>
      buildBatch([{ value: record(`r${i}`), timestamp: 7 }], {
        baseOffset: i,
        partitionLeaderEpoch: 1,
      }),
  );
  for (const batch of batches) log.append(batch, 1);
  const node = {
    leader: undefined,
    leaderAndEpoch: { leaderId: 2 as number | undefined, epoch: 1 },
  };
  const own = new RaftListeners({ fileSystem: env.fileSystem, log, node });
  return { own, log, node, batches };
}

Deno.test("all are told what is committed and who leads, one that comes late from the beginning", () => {
  const { own, log, node, batches } = listeners(2);
  const [early, late] = [new RecordingListener(), new RecordingListener()];
  own.add(early);
  log.updateHighWatermark(1);
  own.tellCommitted([]);
  own.add(late);
  own.bringUp(late);
  log.updateHighWatermark(2);
  own.tellCommitted([committedBatch(new RecordBatch(batches[1]!))]);
  node.leaderAndEpoch = { leaderId: undefined, epoch: 1 };
  own.tellLeader();
  const lines = ["commit 0-0 r0", "leader 2 1", "commit 1-1 r1", "leader undefined 1"];
  assertEquals([early.lines, late.lines], [lines, lines]);
  log.close();
});

Deno.test("a listener may leave while it is told, and the others are told all the same", () => {
  const { own, log } = listeners(2);
  class Leaving extends RecordingListener {
    override handleCommit(...[batch]: Parameters<RecordingListener["handleCommit"]>): void {
      super.handleCommit(batch);
      own.remove(this);
    }
  }
  const [leaving, staying] = [new Leaving(), new RecordingListener()];
  own.add(leaving);
  own.add(staying);
  for (const highWatermark of [1, 2]) {
    log.updateHighWatermark(highWatermark);
    own.tellCommitted([]);
  }
  assertEquals(leaving.batches.length, 1);
  assertEquals(staying.lines, ["commit 0-0 r0", "leader 2 1", "commit 1-1 r1"]);
  log.close();
});
