import { assertEquals } from "@std/assert";
import { fetched, saved, ScriptedReplica, sends } from "./scripted_replica.ts";

const endpoints = (host: string) => [{ name: "CONTROLLER", host, port: 9093 }];

/** One that knows no leader, and has asked somebody. */
function asking() {
  const replica = new ScriptedReplica();
  const [asked] = sends(replica.start(saved({})));
  return { replica, asked: asked! };
}

Deno.test("who leads is learnt from anybody's answer, with where it listens", () => {
  const { replica, asked } = asking();
  replica.answer(asked, fetched({ leaderId: 3, leaderEndpoints: endpoints("moved") }));
  const { state } = replica.node;
  assertEquals(state.name === "Follower" && [state.leaderId, state.leaderEndpoints], [
    3,
    endpoints("moved"),
  ]);
});

Deno.test("a leader without an address is looked for where voters say that it is", () => {
  const { replica, asked } = asking();
  replica.answer(asked, fetched({ leaderId: 3, error: "NOT_LEADER_OR_FOLLOWER" }));
  const { state } = replica.node;
  assertEquals(state.name === "Follower" && state.leaderEndpoints, endpoints("host3"));
});

Deno.test("a later epoch ends this one, also without a leader", () => {
  const { replica, asked } = asking();
  replica.answer(asked, fetched({ epoch: 9, leaderId: undefined, error: "FENCED_LEADER_EPOCH" }));
  assertEquals([replica.state, replica.node.leaderAndEpoch.epoch], ["Unattached", 9]);
});

Deno.test("nobody is believed who says that this replica leads, or that two lead an epoch", () => {
  const { replica, asked } = asking();
  replica.answer(asked, fetched({ leaderId: 1, epoch: 5, error: "NOT_LEADER_OR_FOLLOWER" }));
  assertEquals(replica.node.leaderAndEpoch, { leaderId: undefined, epoch: 3 });
  const follower = new ScriptedReplica();
  const fetch = follower.follow();
  follower.answer(fetch, fetched({ leaderId: 3, error: "NOT_LEADER_OR_FOLLOWER" }));
  assertEquals(follower.node.leaderAndEpoch, { leaderId: 2, epoch: 3 });
});

Deno.test("an answer of an epoch that is over is of no use", () => {
  const replica = new ScriptedReplica();
  replica.answer(replica.follow(), fetched({ epoch: 2, leaderId: 3 }));
  assertEquals(replica.node.leaderAndEpoch, { leaderId: 2, epoch: 3 });
});
