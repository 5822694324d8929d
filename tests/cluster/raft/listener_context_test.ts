import { assertEquals } from "@std/assert";
import { committedBatch, ListenerContext } from "../../../cluster/raft/listener_context.ts";
import { DEFAULT_METADATA_LOG_CONFIG } from "../../../cluster/raft/metadata_log_config.ts";
import { RaftLog } from "../../../cluster/raft/raft_log.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { record, RecordingListener } from "./raft_support.ts";

const batch = (baseOffset: number, text: string) =>
  buildBatch([{ value: record(text), timestamp: 7 }], { baseOffset, partitionLeaderEpoch: 1 });

function logOf(count: number) {
  const env = manualEnv();
  const log = RaftLog.open({ env, directory: "/d", config: DEFAULT_METADATA_LOG_CONFIG });
  for (let i = 0; i < count; i++) log.append(batch(i, `r${i}`), 1);
  return { env, log };
}

Deno.test("a listener gets what is committed, from memory where that follows on", () => {
  const { env, log } = logOf(4);
  const listener = new RecordingListener();
  const context = new ListenerContext(listener);
  context.catchUp(log, env.fileSystem, []);
  assertEquals([listener.lines, context.nextOffset], [[], 0]);
  log.updateHighWatermark(2);
  context.catchUp(log, env.fileSystem, []);
  log.updateHighWatermark(4);
  const fresh = [2, 3].map((i) => committedBatch(new RecordBatch(batch(i, `memory${i}`))));
  context.catchUp(log, env.fileSystem, fresh);
  assertEquals(listener.lines, [
    "commit 0-0 r0",
    "commit 1-1 r1",
    "commit 2-2 memory2",
    "commit 3-3 memory3",
  ]);
  assertEquals(listener.batches[0]!.appendTimestamp, 7);
  log.close();
});

Deno.test("who leads is told once, and that this node does only when all before has been seen", () => {
  const { env, log } = logOf(2);
  const listener = new RecordingListener();
  const context = new ListenerContext(listener);
  context.tellLeader({ leaderId: 1, epoch: 1 }, 1);
  assertEquals(listener.leaders, []);
  log.updateHighWatermark(2);
  context.catchUp(log, env.fileSystem, []);
  context.tellLeader({ leaderId: 1, epoch: 1 }, 1);
  context.tellLeader({ leaderId: 1, epoch: 1 }, 1);
  context.tellLeader({ leaderId: undefined, epoch: 1 }, undefined);
  assertEquals(listener.leaders, [
    { leaderId: 1, epoch: 1 },
    { leaderId: undefined, epoch: 1 },
  ]);
  log.close();
});
