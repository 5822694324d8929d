import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  buildControlBatch,
  kraftVersionMessage,
  votersMessage,
} from "../../../cluster/raft/control_messages.ts";
import { QuorumHistory } from "../../../cluster/raft/quorum_history.ts";
import type { ElectionState } from "../../../cluster/raft/quorum_state.ts";
import { RaftNode, type RaftOutput } from "../../../cluster/raft/raft_node.ts";
import { replicaKey, type VoterNode, VoterSet } from "../../../cluster/raft/voter_set.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { DIRECTORY_ID, LISTENER } from "./raft_support.ts";

const LOCAL: VoterNode = {
  key: replicaKey(1, DIRECTORY_ID),
  endpoints: [LISTENER],
  minKRaftVersion: 0,
  maxKRaftVersion: 1,
};

function statics(...ids: number[]): QuorumHistory {
  const voters = ids.map((id) => ({ id, host: `host${id}`, port: 9093 }));
  return new QuorumHistory(VoterSet.fromStatic("CONTROLLER", voters));
}

/** What `storage format --standalone` leaves: voters of which no leader has written yet. */
function standalone(offset = -1): QuorumHistory {
  const history = new QuorumHistory(VoterSet.EMPTY);
  const messages = [kraftVersionMessage(1), votersMessage(new VoterSet([LOCAL]).toRecord())];
  const bytes = buildControlBatch(messages, { baseOffset: 0, epoch: 0, timestamp: 0 });
  history.handleControlBatch(new RecordBatch(bytes), offset);
  return history;
}

function node(history: QuorumHistory): RaftNode {
  return new RaftNode({
    local: LOCAL,
    history,
    random: new SeededRandom(1),
    electionTimeoutMs: 1000,
    fetchTimeoutMs: 2000,
  });
}

const saved = (election: Partial<ElectionState>): ElectionState => ({
  epoch: 3,
  leaderId: undefined,
  votedKey: undefined,
  voters: [1],
  ...election,
});

function start(replica: RaftNode, election?: ElectionState, epoch = 0): string[] {
  const logEnd = { offset: 20, epoch };
  return texts(replica.step({ type: "start", election, logEnd, now: 0 }));
}

function texts(outputs: readonly RaftOutput[]): string[] {
  return outputs.map((output) => {
    switch (output.type) {
      case "election": {
        const { leaderId, epoch, votedKey } = output.election;
        return `election ${epoch} leader ${leaderId} voted ${votedKey?.id} v${output.version}`;
      }
      case "leader":
        return `lead ${output.epoch} from ${output.startOffset}: ${
          output.messages.map(({ type }) => type).join(" ")
        }`;
      case "high_watermark":
        return `high watermark ${output.offset}`;
    }
  });
}

Deno.test("the only voter votes for itself and leads, in an epoch of its own", () => {
  const replica = node(statics(1));
  assertThrows(() => replica.state, TypeError);
  assertEquals(start(replica), [
    "election 0 leader undefined voted undefined v0",
    "election 1 leader undefined voted 1 v0",
    "election 1 leader 1 voted undefined v0",
    "lead 1 from 20: LEADER_CHANGE",
  ]);
  assertEquals(replica.leaderAndEpoch, { leaderId: 1, epoch: 1 });
  assertEquals(replica.nextPollAt, undefined);
  assert(replica.isOnlyVoter);
});

Deno.test("one who led before begins the next epoch, as who knew of another leader or had voted", () => {
  assertEquals(start(node(statics(1)), saved({ leaderId: 1 })).slice(-1), [
    "lead 4 from 20: LEADER_CHANGE",
  ]);
  assertEquals(start(node(statics(1)), saved({ votedKey: replicaKey(2) })).slice(-1), [
    "lead 4 from 20: LEADER_CHANGE",
  ]);
  assertEquals(start(node(statics(1)), saved({ leaderId: 2 })).slice(-1), [
    "lead 4 from 20: LEADER_CHANGE",
  ]);
});

Deno.test("a candidate that stopped goes on in its epoch: its vote is its own", () => {
  assertEquals(start(node(statics(1)), saved({ votedKey: LOCAL.key })), [
    "election 3 leader undefined voted 1 v0",
    "election 3 leader 1 voted undefined v0",
    "lead 3 from 20: LEADER_CHANGE",
  ]);
});

Deno.test("when the log knows a later epoch than the file, that one counts", () => {
  const outputs = start(node(statics(1)), saved({ leaderId: 1 }), 7);
  assertEquals(outputs[0], "election 7 leader undefined voted undefined v0");
  assertEquals(outputs.at(-1), "lead 8 from 20: LEADER_CHANGE");
});

Deno.test("the first leader of dynamic voters writes them into the log, later ones only when they changed", () => {
  const first = start(node(standalone()));
  assertEquals(first.at(-1), "lead 1 from 20: LEADER_CHANGE KRAFT_VERSION KRAFT_VOTERS");
  assertEquals(first.at(-2), "election 1 leader 1 voted undefined v1");
  assertEquals(start(node(standalone(5))).at(-1), "lead 1 from 20: LEADER_CHANGE");
});

Deno.test("the high watermark follows what has been flushed, from the leader's own first record on", () => {
  const replica = node(statics(1));
  start(replica);
  assertEquals(replica.step({ type: "flushed", endOffset: 20 }), []);
  assertEquals(texts(replica.step({ type: "flushed", endOffset: 21 })), ["high watermark 21"]);
  const fetched = { type: "fetched", replica: replicaKey(2), fetchOffset: 21, now: 5 } as const;
  assertEquals(replica.step(fetched), []);
  assertEquals(replica.leader!.observers(5).map(({ key }) => key.id), [2]);
});

Deno.test("one that resigns leads no more, and stands again an election timeout later, in a later epoch", () => {
  const replica = node(statics(1));
  start(replica);
  assertEquals(replica.step({ type: "resign", now: 100 }), []);
  assertEquals(replica.leaderAndEpoch, { leaderId: undefined, epoch: 1 });
  assertEquals(replica.step({ type: "flushed", endOffset: 30 }), []);
  const due = replica.nextPollAt!;
  assert(due >= 1100 && due < 2100, String(due));
  assertEquals(replica.step({ type: "poll", logEndOffset: 30, now: due - 1 }), []);
  assertEquals(texts(replica.step({ type: "poll", logEndOffset: 30, now: due })), [
    "election 2 leader undefined voted undefined v0",
  ]);
  const next = replica.nextPollAt!;
  const outputs = texts(replica.step({ type: "poll", logEndOffset: 30, now: next }));
  assertEquals(outputs.at(-1), "lead 3 from 30: LEADER_CHANGE");
});

Deno.test("one voter among several does not lead by itself", () => {
  const replica = node(statics(1, 2, 3));
  assertEquals(start(replica, saved({})), ["election 3 leader undefined voted undefined v0"]);
  assertEquals(replica.state.name, "Unattached");
  replica.step({ type: "poll", logEndOffset: 20, now: replica.nextPollAt! });
  assertEquals(replica.state.name, "Prospective");
  assertEquals(replica.leaderAndEpoch, { leaderId: undefined, epoch: 3 });
  replica.step({ type: "poll", logEndOffset: 20, now: replica.nextPollAt! });
  assertEquals(replica.state.name, "Unattached");
});

Deno.test("one voter among several follows the leader that it knew", () => {
  const replica = node(statics(1, 2, 3));
  assertEquals(start(replica, saved({ leaderId: 2 })), [
    "election 3 leader 2 voted undefined v0",
  ]);
  assertEquals([replica.state.name, replica.nextPollAt], ["Follower", 2000]);
  replica.step({ type: "poll", logEndOffset: 20, now: 2000 });
  assertEquals(replica.state.name, "Prospective");
  replica.step({ type: "poll", logEndOffset: 20, now: replica.nextPollAt! });
  assertEquals(replica.state.name, "Follower");
});

Deno.test("one that has no vote waits", () => {
  const replica = node(statics(2));
  start(replica);
  assertEquals([replica.state.name, replica.nextPollAt], ["Unattached", undefined]);
  assert(!replica.isOnlyVoter);
});
