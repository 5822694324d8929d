import { assertEquals } from "@std/assert";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import { saved, ScriptedReplica, statics, voteRequest } from "./scripted_replica.ts";

Deno.test("a replica takes up where its file says that it stopped", () => {
  const states = ([election, ids]: [Parameters<typeof saved>[0], number[]]) => {
    const replica = new ScriptedReplica({ history: statics(...ids) });
    replica.start(saved(election));
    return [replica.state, replica.node.state.epoch];
  };
  assertEquals(states([{ leaderId: 2 }, [1, 2, 3]]), ["Follower", 3]);
  assertEquals(states([{ leaderId: 1 }, [1, 2, 3]]), ["Resigned", 3]);
  assertEquals(states([{ votedKey: replicaKey(2) }, [1, 2, 3]]), ["Unattached", 3]);
  assertEquals(states([{ leaderId: 9 }, [1, 2, 3]]), ["Unattached", 3]);
  assertEquals(states([{ epoch: 2, leaderId: 2 }, [1, 2, 3]]), ["Unattached", 3]);
});

Deno.test("a vote that was given stays given over a restart", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({ epoch: 4, votedKey: replicaKey(2) }));
  const asked = (id: number) => {
    const answer = replica.ask(voteRequest({ candidate: replicaKey(id) }));
    return answer?.type === "vote" && answer.voteGranted;
  };
  assertEquals([asked(3), asked(2)], [false, true]);
});

Deno.test("what must survive is put out when it changes, what need not is not", () => {
  const replica = new ScriptedReplica();
  const written = (outputs: ReturnType<typeof replica.start>) =>
    outputs.filter(({ type }) => type === "election").length;
  assertEquals(written(replica.start(saved({}))), 1);
  // Asking how a vote would go binds nobody.
  assertEquals([written(replica.wait()), replica.state], [0, "Prospective"]);
});

Deno.test("who gives its vote away waits anew before it stands itself", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  replica.now = 900;
  replica.ask(voteRequest());
  const { state } = replica.node;
  assertEquals(state.name === "Unattached" && state.electionDeadline >= 1900, true);
});
