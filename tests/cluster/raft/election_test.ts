import { assertEquals } from "@std/assert";
import { leaderChangeMessage } from "../../../cluster/raft/control_messages.ts";
import {
  granted,
  kinds,
  saved,
  ScriptedReplica,
  sends,
  sentTo,
  statics,
} from "./scripted_replica.ts";

Deno.test("others are asked how a vote would go before an epoch is begun", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  const asked = sends(replica.wait());
  assertEquals(asked.map(({ to }) => to.id), [2, 3]);
  assertEquals(asked.map(({ request }) => request.type === "vote" && request.preVote), [
    true,
    true,
  ]);
  assertEquals(asked[0]!.to, { id: 2, host: "host2", port: 9093 });
  assertEquals(replica.node.state.epoch, 3);
});

Deno.test("the only voter leads without asking anybody", () => {
  const replica = new ScriptedReplica({ history: statics(1) });
  assertEquals(kinds(replica.start()).at(-1), "leader");
});

Deno.test("an epoch is written, with the own vote, before anybody is asked for theirs", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  const outputs = replica.answer(sentTo(replica.wait(), 2)!, granted(3));
  const [election, ...asked] = outputs;
  assertEquals(election?.type === "election" && election.election.votedKey?.id, 1);
  assertEquals(asked.every(({ type }) => type === "send"), true);
});

Deno.test("the first record of an epoch tells who voted", () => {
  const replica = new ScriptedReplica();
  const leader = replica.elect().find((output) => output.type === "leader")!;
  assertEquals([leader.epoch, leader.startOffset], [4, 20]);
  const granting = leaderChangeMessage(1, [1, 2, 3], [1, 2]);
  assertEquals(leader.messages, [granting]);
});

Deno.test("who is not answered asks again, and gives up when its time is over", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({ leaderId: 2 }));
  let asked = 0;
  for (let i = 0; i < 40 && asked < 2; i++) {
    asked += sends(replica.wait()).filter(({ request }) => request.type === "vote").length;
  }
  assertEquals(replica.state, "Prospective");
  for (let i = 0; i < 40 && replica.state === "Prospective"; i++) replica.wait();
  // The leader that it knew may be there again.
  assertEquals(replica.state, "Follower");
});
