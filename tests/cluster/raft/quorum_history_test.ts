import { assertEquals } from "@std/assert";
import {
  buildControlBatch,
  type ControlMessage,
  kraftVersionMessage,
  leaderChangeMessage,
  votersMessage,
} from "../../../cluster/raft/control_messages.ts";
import { QuorumHistory } from "../../../cluster/raft/quorum_history.ts";
import { VoterSet } from "../../../cluster/raft/voter_set.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";

const set = (...ids: number[]) =>
  VoterSet.fromStatic("CONTROLLER", ids.map((id) => ({ id, host: "h", port: id })));
const batch = (baseOffset: number, ...messages: ControlMessage[]) =>
  new RecordBatch(buildControlBatch(messages, { baseOffset, epoch: 1, timestamp: 0 }));
const voters = (...ids: number[]) => votersMessage(set(...ids).toRecord());

function history(): QuorumHistory {
  const history = new QuorumHistory(set(9));
  history.handleControlBatch(batch(0, kraftVersionMessage(1), voters(1)), -1);
  history.handleControlBatch(batch(10, leaderChangeMessage(1, [1], [1])));
  history.handleControlBatch(batch(20, kraftVersionMessage(1), voters(1, 2)));
  return history;
}

Deno.test("the voters of the configuration count until the log has others", () => {
  const empty = new QuorumHistory(set(9));
  assertEquals([empty.lastVoters.ids, empty.lastVotersOffset, empty.lastKRaftVersion], [
    [9],
    undefined,
    0,
  ]);
  assertEquals(empty.votersAt(5), undefined);
});

Deno.test("the last record counts at the log's end, the last before it at an offset", () => {
  const log = history();
  assertEquals([log.lastVoters.ids, log.lastVotersOffset, log.lastKRaftVersion], [[1, 2], 21, 1]);
  assertEquals(log.votersAt(20)!.ids, [1]);
  assertEquals(log.votersAt(21)!.ids, [1, 2]);
  assertEquals([log.kraftVersionAt(-1), log.kraftVersionAt(-2)], [1, 0]);
});

Deno.test("a truncation takes back what came after, a snapshot what was replaced before", () => {
  const truncated = history();
  truncated.truncateNew(21);
  assertEquals(truncated.lastVoters.ids, [1]);
  const trimmed = history();
  trimmed.truncateOld(30);
  assertEquals([trimmed.votersAt(20), trimmed.lastVoters.ids], [undefined, [1, 2]]);
  trimmed.clear();
  assertEquals(trimmed.lastVoters.ids, [9]);
});
