import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  buildControlBatch,
  kraftVersionMessage,
  votersMessage,
} from "../../../cluster/raft/control_messages.ts";
import { QuorumHistory } from "../../../cluster/raft/quorum_history.ts";
import type { ElectionState } from "../../../cluster/raft/quorum_state.ts";
import type { RaftOutput } from "../../../cluster/raft/raft_node.ts";
import { replicaKey, VoterSet } from "../../../cluster/raft/voter_set.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { fetchRequest, LOCAL, saved, ScriptedReplica, statics } from "./scripted_replica.ts";

/** What `storage format --standalone` leaves: voters of which no leader has written yet. */
function standalone(offset = -1): QuorumHistory {
  const history = new QuorumHistory(VoterSet.EMPTY);
  const messages = [kraftVersionMessage(1), votersMessage(new VoterSet([LOCAL]).toRecord())];
  const bytes = buildControlBatch(messages, { baseOffset: 0, epoch: 0, timestamp: 0 });
  history.handleControlBatch(new RecordBatch(bytes), offset);
  return history;
}

function alone(history = statics(1), epoch = 0): ScriptedReplica {
  const replica = new ScriptedReplica({ history });
  replica.log.epochs = epoch === 0 ? [] : [[epoch, 0]];
  return replica;
}

function start(replica: ScriptedReplica, election?: ElectionState): string[] {
  return texts(replica.start(election));
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
      default:
        return output.type;
    }
  });
}

Deno.test("the only voter votes for itself and leads, in an epoch of its own", () => {
  const replica = alone();
  assertThrows(() => replica.node.state, TypeError);
  const outputs = start(replica);
  assertEquals(outputs.slice(-3), [
    "election 1 leader undefined voted 1 v0",
    "election 1 leader 1 voted undefined v0",
    "lead 1 from 20: LEADER_CHANGE",
  ]);
  assertEquals(replica.node.leaderAndEpoch, { leaderId: 1, epoch: 1 });
  assert(replica.node.isOnlyVoter);
});

Deno.test("one who led before begins the next epoch, as who knew of another leader or had voted", () => {
  for (const election of [{ leaderId: 1 }, { votedKey: replicaKey(2) }, { leaderId: 2 }]) {
    assertEquals(start(alone(), saved(election)).at(-1), "lead 4 from 20: LEADER_CHANGE");
  }
});

Deno.test("a candidate that stopped goes on in its epoch: its vote is its own", () => {
  assertEquals(start(alone(), saved({ votedKey: LOCAL.key })), [
    "election 3 leader undefined voted 1 v0",
    "election 3 leader 1 voted undefined v0",
    "lead 3 from 20: LEADER_CHANGE",
  ]);
});

Deno.test("when the log knows a later epoch than the file, that one counts", () => {
  const outputs = start(alone(statics(1), 7), saved({ leaderId: 1 }));
  assertEquals(outputs[0], "election 7 leader undefined voted undefined v0");
  assertEquals(outputs.at(-1), "lead 8 from 20: LEADER_CHANGE");
});

Deno.test("the first leader of dynamic voters writes them into the log, later ones only when they changed", () => {
  const first = start(alone(standalone()));
  assertEquals(first.at(-1), "lead 1 from 20: LEADER_CHANGE KRAFT_VERSION KRAFT_VOTERS");
  assertEquals(first.at(-2), "election 1 leader 1 voted undefined v1");
  assertEquals(start(alone(standalone(5))).at(-1), "lead 1 from 20: LEADER_CHANGE");
});

Deno.test("the high watermark follows what has been flushed, from the leader's own first record on", () => {
  const replica = alone();
  start(replica);
  assertEquals(replica.step({ type: "flushed", endOffset: 20 }), []);
  assertEquals(texts(replica.step({ type: "flushed", endOffset: 21 })), ["high watermark 21"]);
  const fetch = fetchRequest({ epoch: 1, fetchOffset: 20, lastFetchedEpoch: 0 });
  assertEquals(replica.ask(fetch)?.error, "NONE");
  assertEquals(replica.node.leader!.observers(0).map(({ key }) => key.id), [2]);
});

Deno.test("one that resigns leads no more, and stands again an election timeout later, in a later epoch", () => {
  const replica = alone();
  start(replica);
  replica.now = 100;
  assertEquals(replica.step({ type: "resign" }), []);
  assertEquals(replica.node.leaderAndEpoch, { leaderId: undefined, epoch: 1 });
  assertEquals(replica.step({ type: "flushed", endOffset: 30 }), []);
  const due = replica.node.nextPollAt!;
  assert(due >= 1100 && due < 2100, String(due));
  replica.now = due - 1;
  assertEquals(replica.step({ type: "poll" }), []);
  replica.log.endOffset = 30;
  const outputs = texts(replica.wait());
  while (replica.state !== "Leader") outputs.push(...texts(replica.wait()));
  assertEquals(outputs[0], "election 2 leader undefined voted undefined v0");
  assertEquals(outputs.at(-1), "lead 3 from 30: LEADER_CHANGE");
});

Deno.test("one voter among several does not lead by itself", () => {
  const replica = new ScriptedReplica();
  assertEquals(start(replica, saved({}))[0], "election 3 leader undefined voted undefined v0");
  for (let i = 0; i < 100; i++) {
    replica.wait();
    assert(["Unattached", "Prospective"].includes(replica.state), replica.state);
  }
  assertEquals(replica.node.leaderAndEpoch, { leaderId: undefined, epoch: 3 });
});

Deno.test("one that is to stop hands its epoch over, and stands for nothing any more", () => {
  const replica = new ScriptedReplica();
  replica.elect();
  const ended = texts(replica.step({ type: "shutdown" }));
  assertEquals([replica.state, ended.filter((text) => text === "send").length], ["Resigned", 2]);
  assertEquals(replica.node.isDispensable, false);
  const endpoints = [{ name: "CONTROLLER", host: "host2", port: 9093 }];
  replica.ask({
    type: "begin_quorum_epoch",
    voter: undefined,
    leaderId: 2,
    epoch: 5,
    leaderEndpoints: endpoints,
  });
  assertEquals(replica.node.isDispensable, true);
});

Deno.test("one that has no vote waits for a leader", () => {
  const replica = alone(statics(2));
  start(replica);
  assertEquals([replica.state, replica.node.isOnlyVoter], ["Unattached", false]);
  for (let i = 0; i < 20; i++) replica.wait();
  assertEquals(replica.state, "Unattached");
});
